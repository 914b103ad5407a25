// Opens a connection to a database file of ours: looks at the file first, makes it private, sets how it
// is written and brings its schema up to date.

import { chmodSync, closeSync, openSync } from "node:fs";
import { platform } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { CarError } from "../base/errors.ts";
import { checkFile, isNewFile, pragmaNumber } from "./_file_check.ts";
import { migrate, newestVersionOf, removeCopies } from "./_migrate.ts";
import { isDamageFault, isFileFault, storageDamaged, storageFailed } from "./_sqlite_fault.ts";
import type { Migration } from "./migrations.ts";

/** "full": what was acknowledged survives a power cut; "normal": it survives the death of the process. */
export type Durability = "full" | "normal";

/** A database file of ours that is open. */
export interface OpenedFile {
  readonly connection: DatabaseSync;
  /**
   * Of the file itself, for what SQLite has no statement for. Stays open for as long as the connection: a
   * process that closes any descriptor of a file gives up all its locks on it
   * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
   */
  readonly descriptor: number;
  /** Closes both; not to be called twice. */
  close(): void;
}

/** Options of `openConnection`. */
export interface ConnectionOptions {
  /** The file; its folder exists. Created with mode 0600. */
  readonly path: string;
  readonly durability: Durability;
  readonly migrations: readonly Migration[];
  /** How long a statement waits for another process's lock, holding up the event loop. */
  readonly busyWaitMs: number;
  /** Pages in the log from which a commit copies it back into the file. */
  readonly checkpointPages: number;
}

/** What `PRAGMA auto_vacuum` says of a file from which empty pages can be taken away. */
export const INCREMENTAL = 2;

// Another process may be creating or migrating the file when we open it.
const OPEN_WAIT_MS = 5_000;
// Indexes are written at random places; a cache that holds their pages keeps reads out of the write
// path. SQLite takes it as it needs it.
const PAGE_CACHE_KIB = 32 * 1024;

/**
 * Opens or creates the file. Throws `storage_newer`, `storage_damaged` (the file is untouched in
 * both cases), `home_unusable` when the file cannot be opened, created or written, or
 * `storage_failed`.
 */
export function openConnection(options: ConnectionOptions): OpenedFile {
  const { path, migrations, busyWaitMs } = options;
  let opened: OpenedFile | undefined;
  try {
    const isNew = isNewFile(path);
    if (!isNew) checkFile(path, newestVersionOf(migrations));
    opened = openBoth(path);
    const { connection, descriptor } = opened;
    // Before there is anything in it: then pages can be given back without VACUUM, which Deno refuses to a
    // program without every permission. Measured, an insert takes a tenth longer.
    if (isNew) connection.exec(`PRAGMA auto_vacuum = ${INCREMENTAL}`);
    setPragmas(connection, options);
    const hasMigrated = migrate(connection, { path, descriptor, isNew, migrations });
    // The file was opened as it is: the copy of what it was before has served its time.
    if (!hasMigrated) removeCopies(path);
    connection.exec(`PRAGMA busy_timeout = ${busyWaitMs}`);
    return opened;
  } catch (fault) {
    opened?.close();
    throw openFault(path, fault);
  }
}

// The descriptor first, which creates the file; the log and its index take the mode of the file.
function openBoth(path: string): OpenedFile {
  closeSync(openSync(path, "a", 0o600));
  const descriptor = openSync(path, "r+");
  try {
    chmodSync(path, 0o600);
    const connection = new DatabaseSync(path, { timeout: OPEN_WAIT_MS });
    const close = () => {
      connection.close();
      closeSync(descriptor);
    };
    return { connection, descriptor, close };
  } catch (fault) {
    closeSync(descriptor);
    throw fault;
  }
}

// secure_delete overwrites what is deleted. fullfsync is what makes a sync reach the disk on macOS
// (https://www.sqlite.org/pragma.html#pragma_fullfsync); it does nothing elsewhere.
function setPragmas(
  connection: DatabaseSync,
  { durability, checkpointPages }: ConnectionOptions,
): void {
  const isFull = durability === "full";
  connection.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${isFull ? "FULL" : "NORMAL"};
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -${PAGE_CACHE_KIB};
    PRAGMA wal_autocheckpoint = ${checkpointPages};
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

function openFault(path: string, fault: unknown): unknown {
  if (fault instanceof CarError) return fault;
  if (isDamageFault(fault)) return storageDamaged(path, "its pages are damaged", fault);
  const failed = storageFailed(`open "${path}"`, fault);
  return isFileFault(fault)
    ? new CarError("home_unusable", failed.message, { cause: fault })
    : failed;
}
