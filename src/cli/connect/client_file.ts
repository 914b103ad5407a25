// The file of a client on disk: read within a bound, and written whole, with a copy of what it was
// beside it. Its mode stays, and a link to it stays a link.

import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { pid } from "node:process";
import { CarError, messageOf } from "../../base/errors.ts";

/** A file as it was read. */
export interface ClientFile {
  /** Where the text is, behind all links. */
  readonly path: string;
  readonly text: string;
  /** Undefined: there is no file. */
  readonly mode: number | undefined;
}

// Some clients keep whole histories in the file that also names their servers.
const BYTES_MAX = 64 * 1024 * 1024;
const PRIVATE_FILE = 0o600;
const MODE = 0o777;

/** What is added to the name of a file for the copy of its former state. */
export const BACKUP_ENDING = ".before-car-mcp";

/** Reads the file; an empty text when there is none. Throws CarError `invalid_argument`. */
export function readClientFile(path: string): ClientFile {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { path, text: "", mode: undefined };
    if (!found.isFile()) throw new Error("it is no file");
    if (found.size > BYTES_MAX) throw new Error(`it has more than ${BYTES_MAX} bytes`);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(readFileSync(path));
    return { path: realpathSync(path), text, mode: found.mode & MODE };
  } catch (thrown) {
    const message = `Cannot read ${path}: ${messageOf(thrown)}`;
    throw new CarError("invalid_argument", message, { cause: thrown });
  }
}

/**
 * Puts the text in place of what was read; resolves with the path of the copy of that, undefined when
 * there was nothing. Throws CarError `conflict` when the file has changed since, and `storage_failed`.
 */
export function replaceClientFile(file: ClientFile, text: string): string | undefined {
  const { path, mode } = file;
  if (readClientFile(path).text !== file.text) {
    throw new CarError("conflict", `${path} has changed meanwhile; try again`);
  }
  const unfinished = `${path}.${pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const backup = mode === undefined ? undefined : `${path}${BACKUP_ENDING}`;
    if (backup !== undefined) copyFileSync(path, backup);
    rmSync(unfinished, { force: true });
    writeSynced(unfinished, text);
    if (mode !== undefined) chmodSync(unfinished, mode);
    renameSync(unfinished, path);
    return backup;
  } catch (thrown) {
    rmSync(unfinished, { force: true });
    const message = `Cannot write ${path}: ${messageOf(thrown)}`;
    throw new CarError("storage_failed", message, { cause: thrown });
  }
}

function writeSynced(path: string, text: string): void {
  const bytes = Buffer.from(text);
  const file = openSync(path, "wx", PRIVATE_FILE);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
