// Takes what was deleted out of every file of a database: the log, which holds what the pages said before
// until a checkpoint empties it (of the checkpoints only TRUNCATE leaves no old bytes behind,
// https://www.sqlite.org/pragma.html#pragma_wal_checkpoint); the copy that a migration made; and what
// the pages hold of rows that lay in them before (_wipe.ts).
//
// While this holds the write lock and the log is empty, the file holds all there is and nobody has
// anything to write into it. Whoever has a page in memory has it with what was wiped, and would write it
// back; so the lock is given up by a commit of another connection than those that write: after one, SQLite
// reads everything anew before the next statement. Readers do not wait, and hold it up only where the
// log does.

import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { atOnce, inTurns, type Steps } from "../base/in_turns.ts";
import { pragmaNumber } from "./_file_check.ts";
import { removeCopies } from "./_migrate.ts";
import { isBusyFault, storageFailed } from "./_sqlite_fault.ts";
import { wipeUnusedBytes } from "./_wipe.ts";

/** A database file to be scrubbed. */
export interface ScrubTarget {
  /** Of the file; its log and its copies stand beside it. */
  readonly path: string;
  /** Of the same file, for reading and writing. */
  readonly descriptor: number;
  /** Throws when the file at `path` is not the one that is open. */
  readonly checkTarget: () => void;
}

// A reader holds a snapshot for the milliseconds of one look. Half a second is more than any look of
// ours takes and less than a caller notices.
const ROUNDS_MAX = 20;
const ROUND_MS = 25;

/** What `scrubDatabase` needs besides. */
export interface ScrubOptions {
  readonly clock: Clock;
  /** Runs a task while nothing in this process writes to the file. */
  readonly alone: (task: () => Promise<boolean>) => Promise<boolean>;
}

/**
 * Resolves with true when nothing is left; false when somebody else held it up in every round. Others have
 * their turns between slices and between two rounds. Rejects with `storage_failed`, or with
 * `storage_damaged` when a page cannot be understood.
 */
export async function scrubDatabase(
  target: ScrubTarget,
  { clock, alone }: ScrubOptions,
): Promise<boolean> {
  for (let round = 1; !await alone(() => inTurns(scrubSlices(target), clock)); round++) {
    if (round === ROUNDS_MAX) return false;
    await new Promise<void>((resolve) => void clock.after(ROUND_MS, resolve));
  }
  return true;
}

/** As `scrubDatabase`, at once and with a single try. */
export function scrubNow(target: ScrubTarget): boolean {
  return atOnce(scrubSlices(target));
}

/**
 * One try of the above, in slices of less than a millisecond; the last one says whether nothing is left.
 * From the first slice on nobody else can write.
 */
export function* scrubSlices(
  { path, descriptor, checkTarget }: ScrubTarget,
): Steps<boolean> {
  removeCopies(path);
  let connection: DatabaseSync | undefined;
  try {
    // Opening it would create one where there is none.
    checkTarget();
    connection = new DatabaseSync(path, { timeout: 0 });
    checkTarget();
    connection.exec("PRAGMA checkpoint_fullfsync = ON");
    const emptied = connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    if (emptied?.["busy"] !== 0) return false;
    connection.exec("BEGIN IMMEDIATE");
    // Somebody may have been faster.
    if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return false;
    yield* wipeUnusedBytes(descriptor);
    // Changes nothing, and yet counts as a change of the first page.
    connection.exec(`PRAGMA user_version = ${pragmaNumber(connection, "user_version")}`);
    connection.exec("COMMIT");
    return true;
  } catch (fault) {
    if (isBusyFault(fault)) return false;
    throw fault instanceof CarError ? fault : storageFailed("scrub the database", fault);
  } finally {
    connection?.close();
  }
}
