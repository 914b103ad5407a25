// Bytes as a network may bring them.

import type { Bytes } from "../fuzz_target.ts";

/** The input cut into pieces whose lengths follow from its own bytes, some of them empty. */
export function inPieces(input: Bytes): readonly Bytes[] {
  const pieces: Bytes[] = [];
  // Most are short; a long input in pieces of some bytes would take its time for nothing.
  const most = Math.max(5, Math.ceil(input.length / 32));
  for (let at = 0; at < input.length;) {
    const length = ((input[at] ?? 0) * 7 + at) % most;
    if (length === 0) pieces.push(new Uint8Array());
    const end = at + Math.max(1, length);
    pieces.push(input.slice(at, end));
    at = end;
  }
  return pieces;
}
