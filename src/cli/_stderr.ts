// Writing to stderr: sentences for a person, and the log, without making the process wait for its reader. Deno's node:fs writes to a pipe on
// the event loop, its own API does not; Bun's node:fs does neither.

import { write } from "node:fs";
import process from "node:process";
import { SERVER_NAME } from "../base/version.ts";
import { printable } from "./_printable.ts";

/** Writes a sentence for a person; where it can go nowhere, as on a full disk, it is lost. */
export function tellPerson(sentence: string): void {
  try {
    // It may repeat a name that somebody else chose.
    process.stderr.write(printable(`${SERVER_NAME}: ${sentence}\n`));
  } catch {
    // Deno throws what others tell a listener; there is nobody left to tell it to.
  }
}

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
