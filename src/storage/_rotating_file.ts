// A file of lines that grows at its end by whole lines, for its owner alone, whichever processes write to
// it: each piece is one write behind what is there (O_APPEND), so that none tears another's lines. At its
// bound a file becomes `NAME.1.ENDING`, that one `NAME.2.ENDING`, and the oldest goes.

import { Buffer } from "node:buffer";
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { withFileLock } from "./_file_lock.ts";

/** Which file, and when it makes way for the next. */
export interface RotatingFile {
  /** The file that is written; older ones stand beside it. */
  readonly path: string;
  /** A file of that size is full. */
  readonly bytesMax: number;
  /** Files kept beside the one that is written. */
  readonly oldFilesMax: number;
}

const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;
const LINE_FEED = 0x0a;

/**
 * Appends lines, the last one with its line break, too; makes the file when it is missing. Throws the
 * system's fault, or an Error when the disk took only a part; then the next piece begins on a line of
 * its own.
 */
export function appendLines(lines: string, file: RotatingFile): void {
  const bytes = Buffer.from(lines);
  if (isFull(file, bytes.length)) {
    // Of two processes that find it full, the second one finds it new.
    withFileLock(join(dirname(file.path), LOCK_NAME), () => {
      if (isFull(file, bytes.length)) shift(file);
    });
  }
  append(file.path, bytes);
}

/** Where the older files are, youngest first, whether they are there or not. */
export function oldPaths({ path, oldFilesMax }: Omit<RotatingFile, "bytesMax">): readonly string[] {
  return Array.from({ length: oldFilesMax }, (_, at) => oldPath(path, at + 1));
}

const LOCK_NAME = "rotation.lock";

function append(path: string, bytes: Buffer): void {
  const file = openSync(path, "a+", PRIVATE_FILE);
  try {
    const { size, mode } = fstatSync(file);
    if ((mode & OTHERS) !== 0) chmodSync(path, PRIVATE_FILE);
    const piece = endsWithLine(file, size) ? bytes : Buffer.concat([Buffer.of(LINE_FEED), bytes]);
    const written = writeSync(file, piece);
    if (written < piece.length) {
      throw new Error(`Only ${written} of ${piece.length} bytes were written to "${path}"`);
    }
  } finally {
    closeSync(file);
  }
}

// A process that was killed, or a full disk, may have left half a line.
function endsWithLine(file: number, size: number): boolean {
  const last = Buffer.of(LINE_FEED);
  if (size > 0) readSync(file, last, 0, 1, size - 1);
  return last[0] === LINE_FEED;
}

function isFull({ path, bytesMax }: RotatingFile, bytes: number): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size > 0 && size + bytes > bytesMax;
}

/** Gives each file the number of the next older one; the oldest is written over. */
function shift({ path, oldFilesMax }: RotatingFile): void {
  for (let number = oldFilesMax; number >= 1; number--) {
    const younger = number === 1 ? path : oldPath(path, number - 1);
    if (existsSync(younger)) renameSync(younger, oldPath(path, number));
  }
}

/** `decisions.1.jsonl` beside `decisions.jsonl`. */
function oldPath(path: string, number: number): string {
  return path.replace(/(\.\w+)?$/, `.${number}$1`);
}
