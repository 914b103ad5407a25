// Says which input is under way, so that whoever watches knows it when the process hangs or is gone: a
// number at the start of a file, written anew before each input.

import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const NUMBER_BYTES = 8;

/** Writes what comes next. */
export interface ProgressFile {
  /** An input of that number. */
  begin(at: number): void;
  /** Something else, which may take its time. */
  beginOther(): void;
  close(): void;
}

/** Opens the file to write to. */
export function openProgressFile(path: string): ProgressFile {
  const file = openSync(path, "w");
  const bytes = new Uint8Array(NUMBER_BYTES);
  const view = new DataView(bytes.buffer);
  const begin = (at: number) => {
    view.setFloat64(0, at);
    writeSync(file, bytes, 0, NUMBER_BYTES, 0);
  };
  return {
    begin,
    beginOther: () => begin(NaN),
    close: () => closeSync(file),
  };
}

/** The input that is under way; undefined before the first, and between two. */
export function readProgress(path: string): number | undefined {
  const bytes = readFileSync(path);
  const at = bytes.length < NUMBER_BYTES ? NaN : bytes.readDoubleBE(0);
  return Number.isNaN(at) ? undefined : at;
}
