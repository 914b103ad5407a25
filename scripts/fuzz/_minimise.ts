// Makes an input smaller as long as it still fails: pieces are taken out, large ones first, then bytes are
// made plain. Bounded by a number of tries, because some inputs cannot be made smaller.

import type { Bytes } from "../../tests/fuzz/fuzz_target.ts";

/** Options of `minimise`. */
export interface MinimiseOptions {
  readonly fails: (input: Bytes) => Promise<boolean>;
  /** Inputs that may be tried. */
  readonly triesMax: number;
}

const PLAIN = 0x61; // "a"

/** The smallest input that was found to fail as the given one does. */
export async function minimise(
  input: Bytes,
  { fails, triesMax }: MinimiseOptions,
): Promise<Bytes> {
  let tries = 0;
  const stillFails = async (one: Bytes) => tries++ < triesMax && await fails(one);
  let smallest = input;
  for (let length = Math.ceil(input.length / 2); length >= 1; length = halfOf(length)) {
    for (let at = 0; at < smallest.length && tries < triesMax;) {
      const without = new Uint8Array([
        ...smallest.subarray(0, at),
        ...smallest.subarray(at + length),
      ]);
      // What follows has moved to where the piece was.
      if (await stillFails(without)) smallest = without;
      else at += length;
    }
  }
  for (let at = 0; at < smallest.length && tries < triesMax; at++) {
    if (smallest[at] === PLAIN) continue;
    const plainer = smallest.with(at, PLAIN);
    if (await stillFails(plainer)) smallest = plainer;
  }
  return smallest;
}

function halfOf(length: number): number {
  return length === 1 ? 0 : Math.ceil(length / 2);
}
