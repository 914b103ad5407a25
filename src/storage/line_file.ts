// Lines for a file that grows at its end. They are gathered and written together a moment after the first,
// and at the end. Who adds a line neither waits for the file nor fails with it: lines that cannot be
// written are dropped and reported.

import type { CancelTimer, Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { appendLines } from "./_rotating_file.ts";

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

const LINES_MAX = 10_000; // Lines that wait; a further one is dropped.

/** Opens the file; it is made with the first line. */
export function openLineFile(options: LineFileOptions): LineFile {
  const { clock } = options;
  let waiting: string[] = [];
  let dropped = 0;
  let cancel: CancelTimer | undefined;
  const flush = () => {
    cancel?.();
    cancel = undefined;
    const lines = waiting;
    waiting = [];
    const lost = dropped;
    dropped = 0;
    if (lost > 0) options.onFault("Too many lines waited to be written", lost);
    if (lines.length > 0) write(lines, options);
  };
  return {
    add(line) {
      if (waiting.length >= LINES_MAX) {
        dropped++;
        return;
      }
      waiting.push(`${line}\n`);
      cancel ??= clock.after(GATHER_MS, flush);
    },
    close: () => Promise.resolve(flush()),
  };
}

/** Reports a failure and never throws. */
function write(lines: readonly string[], { path, bytesMax, onFault }: LineFileOptions): void {
  try {
    appendLines(lines.join(""), { path, bytesMax, oldFilesMax: OLD_FILES_MAX });
  } catch (thrown) {
    onFault(messageOf(thrown), lines.length);
  }
}
