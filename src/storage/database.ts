// One SQLite file and everything that shares it: the connection, the one writer, the revision
// counter, the migrations. Stores of several kinds (facts, skills) are built on the same Database,
// so that their writes share transactions and their rows share one sequence of revisions. Who opens
// a Database closes it; the stores on it do not.

import { existsSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { type Durability, openConnection } from "./_connection.ts";
import { fileCheck } from "./_file_identity.ts";
import { Checkpointer, LOG_PAGES_MAX } from "./_checkpointer.ts";
import { beginCourse } from "./_courses.ts";
import { scrubDatabase } from "./_scrub.ts";
import { isDamageFault, isStorageFault, storageDamaged, storageFailed } from "./_sqlite_fault.ts";
import type { Change } from "./_waiting_write.ts";
import { GroupCommit } from "./group_commit.ts";
import { type Migration, MIGRATIONS } from "./migrations.ts";

// How long SQLite waits for another process's lock, and holds up the event loop, before the writer
// gives the loop a turn; other processes hold it for one batch.
const BUSY_WAIT_MS = 50;

/** Options of `openDatabase`. */
export interface DatabaseOptions {
  /** The file; its folder exists. Created with mode 0600. */
  readonly path: string;
  readonly limits: Limits;
  readonly durability?: Durability;
  /** Measures how long writes hold up the event loop. */
  readonly clock?: Clock;
  /** Other steps than the program's own, for tests. */
  readonly migrations?: readonly Migration[];
}

/** An open database file. */
export interface Database {
  readonly path: string;
  /** For reads and for statements inside `write`; nothing else may write with it. */
  readonly connection: DatabaseSync;
  /** Runs `change` in a transaction shared with other writes; see `GroupCommit.write`. */
  write<T>(change: Change<T>): Promise<T>;
  /** Runs reads; SQLite's faults become `storage_damaged` or `storage_failed`. */
  read<T>(look: () => T): T;
  /**
   * Leaves nothing of what was deleted in the file, its log or a copy that a migration made; writes of
   * this process wait meanwhile. Resolves with false when another process held it up; then nothing but
   * time was lost.
   */
  scrub(): Promise<boolean>;
  /** The revision of the last committed write, by whichever process. */
  revision(): number;
  /** Moves whenever another connection has committed; only equality means something. */
  dataVersion(): number;
  /**
   * Inside a write: moves whenever a row may have changed otherwise than by the writes that ran before,
   * because somebody else has committed or a write was undone; only equality means something.
   */
  generation(): number;
  /** Bytes of the file and its log. */
  bytes(): number;
  /** Commits what waits, then closes; safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens or creates the file. Throws `storage_newer`, `storage_damaged` (the file is untouched in
 * both cases), `home_unusable` when the file cannot be opened, created or written, or
 * `storage_failed`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { path, limits, durability = "full", migrations = MIGRATIONS, clock = SYSTEM_CLOCK } =
    options;
  const opened = openConnection({
    path,
    durability,
    migrations,
    busyWaitMs: BUSY_WAIT_MS,
    checkpointPages: LOG_PAGES_MAX,
  });
  const { connection, descriptor } = opened;
  const checkTarget = fileCheck(path);
  const checkpointer = new Checkpointer({ path, clock, checkTarget });
  // Who copies the log keeps others from emptying it, and who writes from having it.
  const alone = (task: () => Promise<boolean>) => checkpointer.pause(task);
  const writer = new GroupCommit({
    connection,
    clock,
    checkTarget,
    beginCourse: (revision) => beginCourse(connection, revision),
    log: checkpointer,
    queueMax: limits.writeQueueMax,
    commitWritesMax: limits.commitWritesMax,
  });
  const dataVersion = connection.prepare("PRAGMA data_version");
  const revision = connection.prepare("SELECT value FROM meta WHERE name = 'revision'");
  let closing: Promise<void> | undefined;

  function read<T>(look: () => T): T {
    if (closing !== undefined) throw new CarError("closed", "Cannot read: storage is closed");
    writer.noteReader();
    try {
      return look();
    } catch (fault) {
      throw readFault(path, fault);
    }
  }

  return {
    path,
    connection,
    write: (change) => writer.write(change),
    read,
    // Both statements answer exactly one row with this column.
    revision: () => read(() => (revision.get() as { value: number }).value),
    dataVersion: () => read(() => (dataVersion.get() as { data_version: number }).data_version),
    scrub: () => scrubDatabase({ path, descriptor, checkTarget }, { clock, alone }),
    generation: () => writer.generation,
    bytes: () => sizeOf(path) + sizeOf(`${path}-wal`),
    close() {
      closing ??= writer.close().then(() => checkpointer.close()).then(() => opened.close());
      return closing;
    },
  };
}

function readFault(path: string, fault: unknown): unknown {
  if (isDamageFault(fault)) return storageDamaged(path, "its pages are damaged", fault);
  return isStorageFault(fault) ? storageFailed("read", fault) : fault;
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
