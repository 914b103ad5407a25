// A file of lines that grows at its end, for its owner alone. Lines are gathered and written together a
// moment after the first, and at the end; at its bound a file becomes `NAME.1.ENDING`, and the oldest of
// them goes. Who adds a line never waits for the file nor fails with it: lines that cannot be written are
// dropped and reported.

import { chmodSync, existsSync, renameSync, statSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { Buffer } from "node:buffer";
import type { CancelTimer, Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";

/** Options of openLineFile. */
export interface LineFileOptions {
  /** The file that is written; older ones stand beside it. */
  readonly path: string;
  readonly clock: Clock;
  /** A file of that size is full. */
  readonly bytesMax: number;
  /** Is told when lines were dropped, and why. */
  readonly onFault: (complaint: string, lines: number) => void;
}

/** A file that takes lines. */
export interface LineFile {
  /** Adds a line, given without its line break. */
  add(line: string): void;
  /** Writes what waits; safe to call twice. */
  close(): Promise<void>;
}

/** How long a line waits for others to be written with. */
export const GATHER_MS = 100;

/** Files kept beside the one that is written. */
export const OLD_FILES_MAX = 2;

const PRIVATE_FILE = 0o600;
const LINES_MAX = 10_000; // Lines that wait; a further one is dropped.

/** Opens the file; it is made with the first line. */
export function openLineFile(options: LineFileOptions): LineFile {
  const { clock } = options;
  let waiting: string[] = [];
  let dropped = 0;
  let writing = Promise.resolve();
  let cancel: CancelTimer | undefined;
  const flush = () => {
    cancel?.();
    cancel = undefined;
    const lines = waiting;
    waiting = [];
    const lost = dropped;
    dropped = 0;
    if (lost > 0) options.onFault("Too many lines waited to be written", lost);
    if (lines.length > 0) writing = writing.then(() => append(lines, options));
    return writing;
  };
  return {
    add(line) {
      if (waiting.length >= LINES_MAX) {
        dropped++;
        return;
      }
      waiting.push(`${line}\n`);
      cancel ??= clock.after(GATHER_MS, () => void flush());
    },
    close: flush,
  };
}

/** Writes lines, into the next file when this one is full; reports a failure and never rejects. */
async function append(lines: readonly string[], options: LineFileOptions): Promise<void> {
  const { path, bytesMax, onFault } = options;
  const text = lines.join("");
  try {
    if (existsSync(path)) {
      chmodSync(path, PRIVATE_FILE);
      if (statSync(path).size + Buffer.byteLength(text) > bytesMax) shift(path);
    }
    await appendFile(path, text, { mode: PRIVATE_FILE });
  } catch (thrown) {
    onFault(messageOf(thrown), lines.length);
  }
}

/** Gives each file the number of the next older one; the oldest is written over. */
function shift(path: string): void {
  for (let number = OLD_FILES_MAX; number >= 1; number--) {
    const younger = number === 1 ? path : oldPath(path, number - 1);
    if (existsSync(younger)) renameSync(younger, oldPath(path, number));
  }
}

/** `decisions.1.jsonl` beside `decisions.jsonl`. */
function oldPath(path: string, number: number): string {
  return path.replace(/(\.\w+)?$/, `.${number}$1`);
}
