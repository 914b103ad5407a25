// The one shape of all fuzzers: bytes that were made from a seed go into something that parses, and an
// outcome with a name comes out. The suite tries some thousand inputs of each target, `deno task fuzz`
// goes on for as long as it may.

import type { Eventually } from "../../src/base/eventually.ts";
import type { Random } from "./random_inputs.ts";

/** The input of a target. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Something that parses what others wrote, and what is promised of it. */
export interface FuzzTarget {
  /** In small letters with hyphens; `deno task fuzz --target` takes it. */
  readonly name: string;
  /** What is promised of every input, with the rows of tests/wire.md that it proves. */
  readonly promise: string;
  /** Inputs of one run of the suite: all targets together take less than a minute. */
  readonly suiteInputs: number;
  /** Outcomes that are no rarity: each comes of at least one input in two hundred. */
  readonly outcomes: readonly string[];
  /** An input that is right, nearly right, or neither. */
  generate(random: Random): Bytes;
  /** Makes ready what inputs are tried on. */
  open(): Eventually<OpenTarget>;
}

/** A target that takes inputs. */
export interface OpenTarget {
  /** Tries an input and gives its outcome; throws when a promise is broken. */
  check(input: Bytes): Eventually<string>;
  /** Ends and removes what was made; absent where nothing is left. */
  close?(): void | PromiseLike<void>;
}

/** An outcome of an input of which nothing more is to be said. */
export const TAKEN = "taken";

/** The outcome of an input that was refused in the way that was promised. */
export const REFUSED = "refused";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** A text as an input; a lone surrogate becomes a replacement character. */
export function bytesOf(text: string): Bytes {
  return ENCODER.encode(text);
}

/** An input as a text; what is no UTF-8 becomes replacement characters. */
export function textOf(input: Bytes): string {
  return DECODER.decode(input);
}
