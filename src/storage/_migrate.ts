// Brings a file to the newest schema: forward only, all missing steps in one transaction, after a
// copy beside the file (not for a file that is new). Two processes that start together are safe:
// the version is read again under the write lock. The copy stays until the file was opened once more.

import { Buffer } from "node:buffer";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { APPLICATION_ID, checkVersion, pragmaNumber } from "./_file_check.ts";
import type { Migration } from "./migrations.ts";

/** Options of `migrate`. */
export interface MigrateOptions {
  readonly path: string;
  /** Of the same file, for reading. */
  readonly descriptor: number;
  /** No copy is made of a file that was just created. */
  readonly isNew: boolean;
  readonly migrations: readonly Migration[];
}

/** The version that `migrations` lead to. */
export function newestVersionOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

const COPY_MARK = ".version-";

/** Path of the copy that is made before a file of `version` is changed. */
function copyPathOf(path: string, version: number): string {
  return `${path}${COPY_MARK}${version}`;
}

/** Removes every copy that a migration of the file at `path` made. */
export function removeCopies(path: string): void {
  const folder = dirname(path);
  const start = `${basename(path)}${COPY_MARK}`;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(start)) rmSync(join(folder, name), { force: true });
  }
}

/**
 * Runs the steps that the file lacks and says whether there were any; throws `storage_newer` when it
 * is ahead of all of them.
 */
export function migrate(connection: DatabaseSync, options: MigrateOptions): boolean {
  const { path, descriptor, isNew, migrations } = options;
  const newest = newestVersionOf(migrations);
  const found = pragmaNumber(connection, "user_version");
  if (found === newest) return false;
  checkVersion(connection, path, newest);
  // Makes the copy smaller where nobody reads, and waits for nobody.
  connection.exec("PRAGMA wal_checkpoint(PASSIVE); BEGIN IMMEDIATE");
  try {
    checkVersion(connection, path, newest);
    const version = pragmaNumber(connection, "user_version");
    if (!isNew && version < newest) {
      copyFiles({ path, descriptor, copyPath: copyPathOf(path, version) });
    }
    for (const step of migrations) if (step.version > version) connection.exec(step.sql);
    connection.exec(`PRAGMA user_version = ${newest}; PRAGMA application_id = ${APPLICATION_ID}`);
    connection.exec("COMMIT");
    return true;
  } catch (fault) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw fault;
  }
}

interface Copying {
  readonly path: string;
  readonly descriptor: number;
  readonly copyPath: string;
}

// Under the write lock nobody adds to the log or begins it anew, so the file and its log together are one
// consistent state, even while somebody else moves pages from one to the other. VACUUM INTO would attach
// a database, which Deno forbids to a program without every permission.
function copyFiles({ path, descriptor, copyPath }: Copying): void {
  for (const copied of [copyPath, `${copyPath}-wal`]) rmSync(copied, { force: true });
  copyFrom(descriptor, copyPath);
  const log = `${path}-wal`;
  // The copy takes the mode of the file, which is private.
  if (existsSync(log) && statSync(log).size > 0) copyFileSync(log, `${copyPath}-wal`);
}

const CHUNK_BYTES = 1024 * 1024;

// The file itself must not be opened and closed again: that would give up SQLite's locks on it.
function copyFrom(descriptor: number, copyPath: string): void {
  const copy = openSync(copyPath, "wx", 0o600);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let at = 0;;) {
      const readBytes = readSync(descriptor, chunk, 0, CHUNK_BYTES, at);
      if (readBytes === 0) return;
      for (let done = 0; done < readBytes;) done += writeSync(copy, chunk, done, readBytes - done);
      at += readBytes;
    }
  } finally {
    closeSync(copy);
  }
}
