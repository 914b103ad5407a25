// A database file as a copy, and back. The copy is of one moment, whoever writes meanwhile; a copy that
// takes the place of a database is looked through first, and what was there is moved aside, not lost.

import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, openSync } from "node:fs";
import { renameSync, rmSync, statSync } from "node:fs";
import { pid } from "node:process";
import { backup, DatabaseSync } from "node:sqlite";
import { CarError, messageOf } from "../base/errors.ts";
import { checkDatabaseFile } from "./file_care.ts";

const PRIVATE_FILE = 0o600;
// What SQLite keeps beside a database.
const COMPANIONS = ["", "-wal", "-shm"] as const;

/**
 * Copies a database into a new file, which appears whole; gives its bytes. Throws `invalid_argument`
 * where a file is already, and `storage_failed`.
 */
export async function copyDatabase(path: string, to: string): Promise<number> {
  if (existsSync(to)) {
    throw new CarError("invalid_argument", `Cannot write the copy: "${to}" is there already`);
  }
  const unfinished = `${to}.${pid}.part`;
  try {
    // The owner's alone before anything is in it.
    closeSync(openSync(unfinished, "wx", PRIVATE_FILE));
    const connection = new DatabaseSync(path, { readOnly: true });
    try {
      await backup(connection, unfinished);
    } finally {
      connection.close();
    }
    finish(unfinished, to);
    return statSync(to).size;
  } catch (thrown) {
    const message = `Cannot copy "${path}" to "${to}": ${messageOf(thrown)}`;
    throw new CarError("storage_failed", message, { cause: thrown });
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/**
 * Puts a copy in place of a database that nobody has open; gives where that was moved, undefined when
 * there was none. Throws `invalid_argument` for a copy that is not sound, `storage_newer` for one of a
 * newer program, `storage_failed`.
 */
export function restoreDatabase(from: string, path: string): string | undefined {
  if (!existsSync(from)) throw new CarError("invalid_argument", `There is no file "${from}"`);
  const findings = checkDatabaseFile(from);
  if (findings.length > 0) {
    const what = findings[0]?.what ?? "";
    throw new CarError("invalid_argument", `"${from}" is no sound copy of a memory: ${what}`);
  }
  const unfinished = `${path}.${pid}.part`;
  const aside = existsSync(path) ? freeName(`${path}.replaced`) : undefined;
  try {
    copyFileSync(from, unfinished);
    chmodSync(unfinished, PRIVATE_FILE);
    if (aside !== undefined) moveAll(path, aside);
    finish(unfinished, path);
    return aside;
  } catch (thrown) {
    if (aside !== undefined && !existsSync(path)) moveAll(aside, path);
    const message = `Cannot restore "${path}": ${messageOf(thrown)}`;
    throw new CarError("storage_failed", message, { cause: thrown });
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function moveAll(path: string, to: string): void {
  for (const companion of COMPANIONS) {
    if (existsSync(path + companion)) renameSync(path + companion, to + companion);
  }
}

function freeName(name: string): string {
  for (let count = 1;; count++) {
    const free = count === 1 ? name : `${name}.${count}`;
    if (!existsSync(free)) return free;
  }
}

function finish(unfinished: string, to: string): void {
  const file = openSync(unfinished, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, to);
}
