// Reads a whole file that a person wrote, within a bound.

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { isAnothers } from "./_file_owner.ts";

const OTHERS = 0o077;
const EVERYBODY_WRITES = 0o002;

/** Options of readSmallFile. */
export interface SmallFileOptions {
  readonly bytesMax: number;
  /** Refuse a file that others than its owner may use, and one of another user. */
  readonly mustBePrivate?: boolean;
  /** Refuse a file that everybody may change, and one of another user. */
  readonly mustBeTrusted?: boolean;
}

/** The text of a file, or why it is not read; throws nothing. */
export type SmallFile = { readonly text: string } | { readonly complaint: string };

/** Reads a file as UTF-8. */
export function readSmallFile(path: string, options: SmallFileOptions): SmallFile {
  const { bytesMax } = options;
  try {
    // Looked at before it is opened: a pipe would keep the opener waiting.
    const found = statSync(path);
    if (!found.isFile()) return { complaint: `${path} is not a file` };
    const distrust = distrustOf(found, options);
    if (distrust !== undefined) return { complaint: `${path} ${distrust}` };
    const bytes = readBytes(path, bytesMax);
    if (bytes === undefined) return { complaint: `${path} has more than ${bytesMax} bytes` };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (thrown) {
    if (thrown instanceof TypeError) return { complaint: `${path} is not UTF-8` };
    return { complaint: `${path} cannot be read: ${codeOf(thrown)}` };
  }
}

/** Why a file is not to be believed; undefined if it is. */
function distrustOf(
  found: { readonly mode: number; readonly uid: number },
  { mustBePrivate = false, mustBeTrusted = false }: SmallFileOptions,
): string | undefined {
  if ((mustBePrivate || mustBeTrusted) && isAnothers(found)) return "belongs to another user";
  if (mustBePrivate && (found.mode & OTHERS) !== 0) {
    return "can be used by others: its mode must be 600";
  }
  return mustBeTrusted && (found.mode & EVERYBODY_WRITES) !== 0
    ? "can be changed by everybody"
    : undefined;
}

/** Undefined where there are more than that. */
function readBytes(path: string, bytesMax: number): Uint8Array | undefined {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > bytesMax) return undefined;
    const bytes = new Uint8Array(size);
    let read = 0;
    for (let more = -1; more !== 0 && read < size; read += more) {
      more = readSync(file, bytes, read, size - read, null);
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

/** The code of a fault of the file system. */
export function codeOf(thrown: unknown): string {
  const { code } = thrown as { code?: unknown };
  return typeof code === "string" ? code : "unknown";
}

// Far more than any client writes, and less than would be felt.
const FOREIGN_BYTES_MAX = 16 * 1024 * 1024;

/** Reads the configuration of another program. */
export function readForeignFile(path: string): SmallFile {
  return readSmallFile(path, { bytesMax: FOREIGN_BYTES_MAX });
}
