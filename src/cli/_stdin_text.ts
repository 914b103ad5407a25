// A text that comes over stdin, within a bound.

import { Buffer } from "node:buffer";
import process from "node:process";
import { CarError } from "../base/errors.ts";

/** All of stdin; throws CarError `invalid_argument` for more bytes than that, and for no UTF-8. */
export async function readStdin(bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new CarError("invalid_argument", `stdin has more than ${bytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (thrown) {
    throw new CarError("invalid_argument", "stdin is not UTF-8", { cause: thrown });
  }
}
