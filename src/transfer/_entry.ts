// What a line of a file asks for, ready to be done inside a transaction.

import type { Merged, MergeOptions } from "../memory/merge.ts";
import type { TransferTransaction } from "../memory/transfer_store.ts";
import type { MergeSkillOptions } from "../skills/merge.ts";
import type { SkillTransaction } from "../skills/store.ts";

/** A step of an import; the number of its line is for a complaint. */
export type Entry =
  | {
    readonly line: number;
    readonly family: "memory";
    /** It goes with the entry before it: both in one transaction, as far as that may grow. */
    readonly belongsToLast: boolean;
    /** Characters of its text, about. */
    readonly size: number;
    /** Undefined: it is to be tried again at the end. */
    apply(transaction: TransferTransaction, options: MergeOptions): Merged | undefined;
  }
  | {
    readonly line: number;
    readonly family: "skill";
    readonly belongsToLast: boolean;
    readonly size: number;
    apply(transaction: SkillTransaction, options: MergeSkillOptions): Merged;
  };

/** An entry of the memory. */
export type MemoryEntry = Extract<Entry, { family: "memory" }>;

/** An entry of the skills. */
export type SkillEntry = Extract<Entry, { family: "skill" }>;
