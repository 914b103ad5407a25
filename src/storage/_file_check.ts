// Looks at a database file before SQLite may write to it, so that a foreign, a newer or a damaged
// one stays untouched byte for byte. Header layout: https://www.sqlite.org/fileformat2.html 1.3.

import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { CarError } from "../base/errors.ts";
import { HEADER_BYTES, readHead } from "./_file_head.ts";
import { isDamageFault, storageDamaged } from "./_sqlite_fault.ts";

/** Marks our files in the header ("CARm"), so that another program's database is not taken over. */
export const APPLICATION_ID = 0x4341526d;

const MAGIC = "SQLite format 3\0";
// The whole of a small file is checked at every start, at some hundred MB a second; a large one is
// checked where it is read.
const CHECKED_BYTES_MAX = 32 * 1024 * 1024;

/** True when there is no file yet, or an empty one. */
export function isNewFile(path: string): boolean {
  return !existsSync(path) || statSync(path).size === 0;
}

/**
 * Throws `storage_newer` for a file that a newer program wrote and `storage_damaged` for one that is
 * not a whole database of ours. Reads only.
 */
export function checkFile(path: string, newestVersion: number): void {
  const bytes = checkHeader(path);
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { readOnly: true });
    checkVersion(connection, path, newestVersion);
    if (bytes <= CHECKED_BYTES_MAX) checkPages(connection, path);
  } catch (fault) {
    if (isDamageFault(fault)) throw storageDamaged(path, "its pages are damaged", fault);
    throw fault;
  } finally {
    connection?.close();
  }
}

/** Throws `storage_newer` when the schema of the file is newer than `newestVersion`. */
export function checkVersion(connection: DatabaseSync, path: string, newestVersion: number): void {
  const version = pragmaNumber(connection, "user_version");
  if (version <= newestVersion) return;
  throw new CarError(
    "storage_newer",
    `Cannot open "${path}": its version is ${version}, this program knows up to ${newestVersion}`,
    { data: { path, version, newestVersion } },
  );
}

/** The value of a pragma that answers one number. */
export function pragmaNumber(connection: DatabaseSync, name: string): number {
  const row = connection.prepare(`PRAGMA ${name}`).get();
  return Number(Object.values(row ?? {})[0]);
}

// Returns how long the file is.
function checkHeader(path: string): number {
  const { header, bytes, isNewest } = readHead(path);
  if (bytes < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw storageDamaged(path, "it is not an SQLite database");
  }
  const sizeField = header.readUInt16BE(16);
  const pageBytes = sizeField === 1 ? 65_536 : sizeField;
  // The page count is only meant to be true when these two counters agree.
  const isCountTrue = header.readUInt32BE(24) === header.readUInt32BE(92);
  const wantedBytes = pageBytes * header.readUInt32BE(28);
  if (isCountTrue && bytes < wantedBytes && isNewest) {
    throw storageDamaged(path, `it was cut to ${bytes} of ${wantedBytes} bytes`);
  }
  if (header.readUInt32BE(68) !== APPLICATION_ID && isNewest) {
    throw storageDamaged(path, "it is a database of another program");
  }
  return bytes;
}

function checkPages(connection: DatabaseSync, path: string): void {
  const row = connection.prepare("PRAGMA quick_check(1)").get();
  const answer = String(Object.values(row ?? {})[0]);
  if (answer !== "ok") throw storageDamaged(path, "its pages are damaged");
}
