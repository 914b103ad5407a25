// Reads the faults that node:sqlite throws and turns them into ours. The primary result code is the
// low byte of `errcode` (https://www.sqlite.org/rescode.html).

import { CarError, messageOf } from "../base/errors.ts";

const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
// Out of memory, read-only, input/output error, damaged, disk full, cannot open, not a database:
// nothing that follows in the same transaction can be trusted to reach the disk.
const FATAL: ReadonlySet<number> = new Set([7, 8, 10, CORRUPT, 13, 14, NOT_A_DATABASE]);

// SQLite's own words for the codes that are branched on: what Deno's `exec` throws has no code.
const WORDS: ReadonlyMap<string, number> = new Map([
  ["database is locked", BUSY],
  ["database table is locked", LOCKED],
  ["database disk image is malformed", CORRUPT],
  ["file is not a database", NOT_A_DATABASE],
]);

const FILE_FAULT =
  /unable to open database|disk I\/O error|disk is full|readonly database|no space left/i;

/** The primary result code of SQLite, or undefined when SQLite did not throw this. */
function resultCodeOf(fault: unknown): number | undefined {
  if (!(fault instanceof Error)) return undefined;
  if (!("errcode" in fault)) return WORDS.get(fault.message);
  return typeof fault.errcode === "number" ? fault.errcode & 0xff : undefined;
}

/** True when SQLite threw it. */
export function isStorageFault(fault: unknown): boolean {
  return resultCodeOf(fault) !== undefined;
}

/** True when another connection holds the lock. */
export function isBusyFault(fault: unknown): boolean {
  const code = resultCodeOf(fault);
  return code === BUSY || code === LOCKED;
}

/** True when the file is not a database or its pages contradict each other. */
export function isDamageFault(fault: unknown): boolean {
  const code = resultCodeOf(fault);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/**
 * True when the file or its disk is at fault, not what is in it: the system says so, or SQLite could
 * not open, read or write it.
 */
export function isFileFault(fault: unknown): boolean {
  // Not every error of SQLite carries the result code; all have SQLite's own words.
  return isSystemFault(fault) || isFatalFault(fault) || FILE_FAULT.test(messageOf(fault));
}

function isSystemFault(fault: unknown): boolean {
  return fault instanceof Error && "syscall" in fault;
}

/** True when the whole transaction is lost. */
export function isFatalFault(fault: unknown): boolean {
  const code = resultCodeOf(fault);
  return code !== undefined && FATAL.has(code);
}

/** A `storage_failed` that says what was attempted and what SQLite answered. */
export function storageFailed(attempt: string, fault: unknown): CarError {
  return new CarError("storage_failed", `Cannot ${attempt}: ${messageOf(fault)}`, { cause: fault });
}

/** A `storage_damaged` that names the file; nothing was written to it. */
export function storageDamaged(path: string, finding: string, cause?: unknown): CarError {
  return new CarError(
    "storage_damaged",
    `Cannot use "${path}": ${finding}; it was left as it is, restore a copy of it or move it away`,
    { data: { path }, cause },
  );
}
