// Output of a command.

import process from "node:process";
import { CarError } from "../base/errors.ts";

/**
 * Waits until a pipe has taken it all: the process may end right after. Throws CarError `closed` when
 * nobody reads any more.
 */
export function print(text: string): Promise<void> {
  const { stdout } = process;
  // The callback tells it; without a listener the same fault would end the process.
  if (stdout.listenerCount("error") === 0) stdout.on("error", () => {});
  return new Promise((done, fail) => {
    stdout.write(text, (fault) => {
      if (fault === undefined || fault === null) done();
      else fail(new CarError("closed", "Nobody reads the output any more", { cause: fault }));
    });
  });
}

/** A number of bytes as a person reads it. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** A text of somebody else on one line, without what a terminal would take for an order. */
export function plainText(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "?");
}

/** A count with its word, which gets an s unless it is one. */
export function countText(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
