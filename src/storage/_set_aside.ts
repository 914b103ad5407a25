// A damaged file that must not keep the daemon from serving: it is renamed, with its log, to `….damaged`
// for a person to look at. There is one such file at most; a later one takes its place, and an erasure
// removes it, since it may hold what is to be forgotten.

import { existsSync, renameSync, rmSync } from "node:fs";
import { storageFailed } from "./_sqlite_fault.ts";

/** A damaged file that was set aside. */
export interface SetAside {
  /** Where it lies now. */
  readonly path: string;
  /** What was found to be wrong with it. */
  readonly cause: unknown;
}

const LOG = "-wal";
const LOG_INDEX = "-shm";

/**
 * Sets a database file aside, whatever it holds, and says where it lies; nobody of this process has it
 * open. Throws `storage_failed`.
 */
export function setAside(path: string): string {
  const asidePath = asidePathOf(path);
  try {
    removeSetAside(path);
    // The log first: a log that is left beside a new file would be taken for the log of that.
    for (const end of [LOG, ""]) {
      if (existsSync(path + end)) renameSync(path + end, asidePath + end);
    }
    rmSync(path + LOG_INDEX, { force: true });
  } catch (fault) {
    throw storageFailed(`set aside the damaged "${path}"`, fault);
  }
  return asidePath;
}

/** Removes the damaged file that was set aside, if there is one. */
export function removeSetAside(path: string): void {
  for (const end of [LOG, LOG_INDEX, ""]) rmSync(asidePathOf(path) + end, { force: true });
}

function asidePathOf(path: string): string {
  return `${path}.damaged`;
}
