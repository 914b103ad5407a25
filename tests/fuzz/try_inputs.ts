// Tries inputs of a target one after the other. Each input follows from the seed and its number alone, so
// that a failure can be made again without those before it.

import { seededRandom } from "../helpers/seeded_random.ts";
import type { Bytes, FuzzTarget, OpenTarget } from "./fuzz_target.ts";

/** Where an input comes from. */
export interface InputOrigin {
  readonly seed: number;
  /** Its number, from 0. */
  readonly at: number;
}

/** How often each outcome came. */
export type OutcomeCounts = Map<string, number>;

/** An input that broke a promise. */
export class BrokenPromise extends Error {
  readonly origin: InputOrigin;
  readonly input: Bytes;

  constructor(target: FuzzTarget, { origin, input, cause }: {
    readonly origin: InputOrigin;
    readonly input: Bytes;
    readonly cause: unknown;
  }) {
    const { seed, at } = origin;
    super(`${target.name}: input ${at} of seed ${seed}: ${JSON.stringify(shown(input))}`, {
      cause,
    });
    this.origin = origin;
    this.input = input;
  }
}

const SHOWN_BYTES = 2_000;

function shown(input: Bytes): string {
  return new TextDecoder().decode(input.subarray(0, SHOWN_BYTES));
}

/** The input of that number. */
export function inputOf(target: FuzzTarget, { seed, at }: InputOrigin): Bytes {
  // Multiplied by odd numbers of many bits, so that neighbours have nothing in common.
  const mixed = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) ^ Math.imul(at + 1, 0x9e3779b1);
  const random = seededRandom(Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b));
  return target.generate(random);
}

/** Tries one input; throws `BrokenPromise`. */
export async function tryInput(
  target: FuzzTarget,
  open: OpenTarget,
  origin: InputOrigin,
): Promise<string> {
  const input = inputOf(target, origin);
  try {
    return await open.check(input);
  } catch (cause) {
    throw new BrokenPromise(target, { origin, input, cause });
  }
}
