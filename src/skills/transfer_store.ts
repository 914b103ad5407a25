// The port through which skills leave a store, every version as it is.

import type { Unreadable } from "../memory/transfer_store.ts";
import type { SkillRow } from "./store.ts";

/** One version of a skill with its code. */
export interface OutgoingSkill {
  readonly row: SkillRow;
  readonly code: string;
}

/** Skills of one state of a store, whatever others write meanwhile. */
export interface SkillSource {
  /** All versions in the order in which they were stored; without a namespace: of all of them. */
  skills(namespace?: string): Iterable<OutgoingSkill | Unreadable>;
}
