// Brings a file to the newest schema: forward only, all missing steps in one transaction, after a
// copy beside the file (not for a file that is new). Two processes that start together are safe:
// the version is read again under the write lock. The copy stays until the file was opened once more.

import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { APPLICATION_ID, checkVersion, pragmaNumber } from "./_file_check.ts";
import type { Migration } from "./migrations.ts";

/** Options of `migrate`. */
export interface MigrateOptions {
  readonly path: string;
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
  const { path, isNew, migrations } = options;
  const newest = newestVersionOf(migrations);
  const found = pragmaNumber(connection, "user_version");
  if (found === newest) return false;
  checkVersion(connection, path, newest);
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE); BEGIN IMMEDIATE");
  try {
    checkVersion(connection, path, newest);
    const version = pragmaNumber(connection, "user_version");
    if (!isNew && version < newest) copyFiles(path, copyPathOf(path, version));
    for (const step of migrations) if (step.version > version) connection.exec(step.sql);
    connection.exec(`PRAGMA user_version = ${newest}; PRAGMA application_id = ${APPLICATION_ID}`);
    connection.exec("COMMIT");
    return true;
  } catch (fault) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw fault;
  }
}

// Under the write lock nobody adds to the log or begins it anew, so the file and its log together are one
// consistent state, even while somebody else moves pages from one to the other. VACUUM INTO would attach
// a database, which Deno forbids to a program without every permission.
function copyFiles(path: string, copyPath: string): void {
  for (const part of ["", "-wal"]) {
    rmSync(copyPath + part, { force: true });
    if (part !== "" && (!existsSync(path + part) || statSync(path + part).size === 0)) continue;
    // The copy takes the mode of the file, which is private.
    copyFileSync(path + part, copyPath + part);
  }
}
