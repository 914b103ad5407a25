// The file of the sessions. A damaged one must not keep the daemon from serving the memory: it is set
// aside, and a new one is begun.

import { CarError } from "../base/errors.ts";
import { openConnection, type OpenedFile } from "./_connection.ts";
import { fileCheck } from "./_file_identity.ts";
import type { ScrubTarget } from "./_scrub.ts";
import { SESSION_MIGRATIONS } from "./_session_schema.ts";
import { prepareSessionStatements, type SessionStatements } from "./_session_statements.ts";
import { type SetAside, setAside } from "./_set_aside.ts";
import { isDamageFault } from "./_sqlite_fault.ts";

/** An open file. */
export interface SessionFile extends OpenedFile, ScrubTarget {
  readonly statements: SessionStatements;
}

/** Options of `openSessionFile`. */
export interface SessionFileOptions {
  /** The file; its folder exists. Created with mode 0600. */
  readonly path: string;
  /** Is told of a damaged file, after a new one was begun in its place. */
  readonly onSetAside: (file: SetAside) => void;
}

// A method of ours holds up the event loop while it waits for another process, which there is only
// while one daemon takes over from another and which holds the lock for one event.
const BUSY_WAIT_MS = 250;
// An event changes one or two pages. A checkpoint writes and syncs some thousand of them, in tens of
// milliseconds; SQLite's 1,000 made the mean event half as dear again where many sessions take turns.
const CHECKPOINT_PAGES = 4_096;

/**
 * Opens or creates the file; a damaged one is set aside first. Throws `storage_newer` (the file is
 * untouched), `home_unusable` or `storage_failed`.
 */
export function openSessionFile(options: SessionFileOptions): SessionFile {
  try {
    return openPath(options.path);
  } catch (fault) {
    const isDamaged = fault instanceof CarError && fault.code === "storage_damaged";
    if (!isDamaged && !isDamageFault(fault)) throw fault;
    return replaceSessionFile(options, fault);
  }
}

/** Sets the file aside, whatever it holds, and begins a new one; nobody of this process has it open. */
export function replaceSessionFile(options: SessionFileOptions, cause: unknown): SessionFile {
  const { path, onSetAside } = options;
  const asidePath = setAside(path);
  const file = openPath(path);
  onSetAside({ path: asidePath, cause });
  return file;
}

function openPath(path: string): SessionFile {
  const opened = openConnection({
    path,
    durability: "normal",
    migrations: SESSION_MIGRATIONS,
    busyWaitMs: BUSY_WAIT_MS,
    checkpointPages: CHECKPOINT_PAGES,
  });
  const { connection } = opened;
  try {
    connection.exec("PRAGMA foreign_keys = ON");
    const statements = prepareSessionStatements(connection);
    return { ...opened, path, checkTarget: fileCheck(path), statements };
  } catch (fault) {
    opened.close();
    throw fault;
  }
}
