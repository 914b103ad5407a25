// Says which input is under way, so that whoever watches knows it when the process hangs or is gone: a
// number at the start of a file, written anew before each input.

import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const NUMBER_BYTES = 8;

/** Writes the number of the input that comes next. */
export interface ProgressFile {
  begin(at: number): void;
  close(): void;
}

/** Opens the file to write to. */
export function openProgressFile(path: string): ProgressFile {
  const file = openSync(path, "w");
  const bytes = new Uint8Array(NUMBER_BYTES);
  const view = new DataView(bytes.buffer);
  return {
    begin(at) {
      view.setFloat64(0, at);
      writeSync(file, bytes, 0, NUMBER_BYTES, 0);
    },
    close: () => closeSync(file),
  };
}

/** The input that was begun last; undefined before the first. */
export function readProgress(path: string): number | undefined {
  const bytes = readFileSync(path);
  return bytes.length < NUMBER_BYTES ? undefined : bytes.readDoubleBE(0);
}
