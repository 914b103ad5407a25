// Writing to stderr without making the process wait for its reader. Deno's node:fs writes to a pipe on
// the event loop, its own API does not; Bun's node:fs does neither.

import { write } from "node:fs";
import process from "node:process";

/** Writes some of the bytes; resolves with how many, rejects when there is no reader. */
export function writeToStderr(bytes: Uint8Array): Promise<number> {
  if ("Deno" in globalThis) return Deno.stderr.write(bytes);
  return new Promise((resolve, reject) => {
    write(process.stderr.fd, bytes, (fault, taken) => {
      if (fault === null) resolve(taken);
      else reject(fault);
    });
  });
}
