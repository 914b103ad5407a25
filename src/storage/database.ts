// One SQLite file and everything that shares it: the connection, the one writer, the revision
// counter, the migrations. Stores of several kinds (facts, skills) are built on the same Database,
// so that their writes share transactions and their rows share one sequence of revisions. Who opens
// a Database closes it; the stores on it do not.

import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { platform } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { checkFile, isNewFile, pragmaNumber } from "./_file_check.ts";
import { fileCheck } from "./_file_identity.ts";
import { migrate, newestVersionOf, removeCopies } from "./_migrate.ts";
import { scrubDatabase } from "./_scrub.ts";
import {
  isDamageFault,
  isFileFault,
  isStorageFault,
  storageDamaged,
  storageFailed,
} from "./_sqlite_fault.ts";
import { type Change, GroupCommit } from "./group_commit.ts";
import { type Migration, MIGRATIONS } from "./migrations.ts";

/** "full": what was acknowledged survives a power cut; "normal": it survives the death of the process. */
export type Durability = "full" | "normal";

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
   * Leaves nothing of what was deleted in the log or in a copy that a migration made. Resolves with
   * false when another process that reads held it up; then nothing but time was lost.
   */
  scrub(): Promise<boolean>;
  /** The revision of the last committed write, by whichever process. */
  revision(): number;
  /** Moves whenever another connection has committed; only equality means something. */
  dataVersion(): number;
  /** Bytes of the file and its log. */
  bytes(): number;
  /** Commits what waits, then closes; safe to call twice. */
  close(): Promise<void>;
}

// Another process may be creating or migrating the file when we open it.
const OPEN_WAIT_MS = 5_000;
// How long SQLite waits for another process's lock, and holds up the event loop, before the writer
// gives the loop a turn; other processes hold it for one batch.
const BUSY_WAIT_MS = 50;
// The indexes by subject and digest are written at random places; a cache that holds their pages
// keeps reads out of the write path. SQLite takes it as it needs it.
const PAGE_CACHE_KIB = 32 * 1024;
// A batch of some hundred facts touches as many pages; SQLite's 1,000 would copy the log back, with
// a sync of its own, after every few batches. 8,192 pages are 32 MiB of log at most.
const CHECKPOINT_PAGES = 8_192;

/**
 * Opens or creates the file. Throws `storage_newer`, `storage_damaged` (the file is untouched in
 * both cases), `home_unusable` when the file cannot be opened, created or written, or
 * `storage_failed`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { path, limits, durability = "full", migrations = MIGRATIONS, clock = SYSTEM_CLOCK } =
    options;
  const connection = openConnection(path, durability, migrations);
  const writer = new GroupCommit({
    connection,
    clock,
    checkTarget: fileCheck(path),
    queueMax: limits.writeQueueMax,
    commitWritesMax: limits.commitWritesMax,
  });
  const dataVersion = connection.prepare("PRAGMA data_version");
  const revision = connection.prepare("SELECT value FROM meta WHERE name = 'revision'");
  let closing: Promise<void> | undefined;

  function read<T>(look: () => T): T {
    if (closing !== undefined) throw new CarError("closed", "Cannot read: storage is closed");
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
    scrub: () => scrubDatabase(connection, { path, clock }),
    bytes: () => sizeOf(path) + sizeOf(`${path}-wal`),
    close() {
      closing ??= writer.close().then(() => connection.close());
      return closing;
    },
  };
}

function openConnection(
  path: string,
  durability: Durability,
  migrations: readonly Migration[],
): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    const isNew = isNewFile(path);
    if (!isNew) checkFile(path, newestVersionOf(migrations));
    makePrivate(path);
    connection = new DatabaseSync(path, { timeout: OPEN_WAIT_MS });
    setPragmas(connection, durability);
    const hasMigrated = migrate(connection, { path, isNew, migrations });
    // The file was opened as it is: the copy of what it was before has served its time.
    if (!hasMigrated) removeCopies(path);
    connection.exec(`PRAGMA busy_timeout = ${BUSY_WAIT_MS}`);
    return connection;
  } catch (fault) {
    connection?.close();
    throw openFault(path, fault);
  }
}

// secure_delete overwrites what is deleted. fullfsync is what makes a sync reach the disk on macOS
// (https://www.sqlite.org/pragma.html#pragma_fullfsync); it does nothing elsewhere.
function setPragmas(connection: DatabaseSync, durability: Durability): void {
  const isFull = durability === "full";
  connection.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${isFull ? "FULL" : "NORMAL"};
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -${PAGE_CACHE_KIB};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
  `);
  if (isFull && platform() === "darwin") {
    connection.exec("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON");
  }
  const mode = connection.prepare("PRAGMA journal_mode").get();
  if (Object.values(mode ?? {})[0] !== "wal") {
    throw new CarError("storage_failed", "Cannot use a write-ahead log in this folder");
  }
  if (pragmaNumber(connection, "secure_delete") !== 1) {
    throw new CarError("storage_failed", "Cannot turn on secure_delete");
  }
}

// The log and its index take the mode of the file.
function makePrivate(path: string): void {
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}

function openFault(path: string, fault: unknown): unknown {
  if (fault instanceof CarError) return fault;
  if (isDamageFault(fault)) return storageDamaged(path, "its pages are damaged", fault);
  const failed = storageFailed(`open "${path}"`, fault);
  return isFileFault(fault)
    ? new CarError("home_unusable", failed.message, { cause: fault })
    : failed;
}

function readFault(path: string, fault: unknown): unknown {
  if (isDamageFault(fault)) return storageDamaged(path, "its pages are damaged", fault);
  return isStorageFault(fault) ? storageFailed("read", fault) : fault;
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
