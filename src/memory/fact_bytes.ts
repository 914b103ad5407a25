// How much a fact says, as it counts against what a namespace may hold: the two texts that a caller writes
// at length. The rest of a fact is bounded to little.

import { Buffer } from "node:buffer";
import type { FactRow } from "./store.ts";

/** Subject and body in UTF-8. */
export function factBytes({ subject, body }: Pick<FactRow, "subject" | "body">): number {
  return Buffer.byteLength(subject) + Buffer.byteLength(body);
}
