// Takes what was deleted out of every file of a database. `secure_delete` overwrites it in the pages;
// the write-ahead log still holds what the pages said before, until a checkpoint empties it, and the
// copy that a migration made holds it too. Of the checkpoints only TRUNCATE leaves no old bytes behind
// (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint), and it has to wait for whoever reads.

import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../base/clock.ts";
import { removeCopies } from "./_migrate.ts";
import { isBusyFault, storageFailed } from "./_sqlite_fault.ts";

/** Options of `scrubDatabase`. */
export interface ScrubOptions {
  /** Of the database file; its copies stand beside it. */
  readonly path: string;
  readonly clock: Clock;
}

// A reader holds a snapshot for the milliseconds of one look. Half a second is more than any look of
// ours takes and less than a caller notices.
const ROUNDS_MAX = 20;
const ROUND_MS = 25;

/** Resolves with true when nothing is left; false when a reader held it up in every round. */
export async function scrubDatabase(
  connection: DatabaseSync,
  { path, clock }: ScrubOptions,
): Promise<boolean> {
  removeCopies(path);
  for (let round = 1; !hasEmptiedLog(connection); round++) {
    if (round === ROUNDS_MAX) return false;
    await new Promise<void>((resolve) => void clock.after(ROUND_MS, resolve));
  }
  return true;
}

// It answers one row of `busy`, `log` and `checkpointed`. The wait of `busy_timeout` would hold up the
// event loop; between the rounds it runs on.
function hasEmptiedLog(connection: DatabaseSync): boolean {
  const { timeout: waitMs } = connection.prepare("PRAGMA busy_timeout").get() as {
    timeout: number;
  };
  try {
    connection.exec("PRAGMA busy_timeout = 0");
    const row = connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    return row?.["busy"] === 0;
  } catch (fault) {
    if (isBusyFault(fault)) return false;
    throw storageFailed("empty the log", fault);
  } finally {
    connection.exec(`PRAGMA busy_timeout = ${waitMs}`);
  }
}
