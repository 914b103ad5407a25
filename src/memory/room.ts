// Whether a namespace has room for another fact. A fact that is told again needs none.

import type { Limits } from "../base/limits.ts";
import { factBytes } from "./fact_bytes.ts";
import type { FactCounts, FactRow } from "./store.ts";

/** The limit that one more fact would go beyond. */
export interface FullNamespace {
  readonly limit: "factsMax" | "namespaceBytesMax";
  /** What the namespace holds of it now. */
  readonly held: number;
  readonly most: number;
  /** What is counted, in words. */
  readonly unit: string;
}

/** Says what is full; undefined: there is room for the fact. */
export function whatIsFull(
  { facts, bytes }: FactCounts,
  fact: Pick<FactRow, "subject" | "body">,
  { factsMax, namespaceBytesMax }: Limits,
): FullNamespace | undefined {
  if (facts >= factsMax) return { limit: "factsMax", held: facts, most: factsMax, unit: "facts" };
  if (bytes + factBytes(fact) <= namespaceBytesMax) return undefined;
  const most = namespaceBytesMax;
  return { limit: "namespaceBytesMax", held: bytes, most, unit: "bytes of facts" };
}
