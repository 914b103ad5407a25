// The ports through which a memory is moved from one store to another: a reader that gives everything
// as it is stored, and a transaction that can put it back. They are beside `store.ts` because the engine
// needs none of it: what is read here has been decided before, and is neither checked nor changed.

import type { FactEdge, FactRow, FactState, MemoryTransaction, Status } from "./store.ts";

/** What a fact said before a change. */
export interface FactVersionRow {
  readonly changedMs: number;
  readonly tags: readonly string[];
  readonly validToMs?: number;
  readonly state: FactState;
  readonly needsReview: boolean;
}

/** How often a fact was put before an agent unasked. */
export interface ReminderCount {
  readonly count: number;
  readonly lastMs: number;
}

/** A fact with what belongs to it alone. */
export interface StoredFact {
  readonly row: FactRow;
  /** Oldest first. */
  readonly versions: readonly FactVersionRow[];
  readonly reminders?: ReminderCount;
}

/** An edge, with whether its dependent was left unmarked although what it depends on has ended. */
export interface StoredEdge extends FactEdge {
  readonly isSettled: boolean;
}

/** A fact on its way out, with its edges to and from facts that came before it. */
export interface OutgoingFact extends StoredFact {
  readonly edges: readonly StoredEdge[];
}

/** The status of a namespace. */
export interface StatusRow extends Status {
  readonly namespace: string;
}

/** That a fact was erased; of its id there is only a digest. */
export interface ErasureRow {
  readonly namespace: string;
  readonly idDigest: number;
}

/** Something that a damaged store could not give, in a few words. */
export interface Unreadable {
  readonly unreadable: string;
}

/** One state of a store, whatever others write meanwhile. Without a namespace: all of them. */
export interface MemorySource {
  /** Facts and skills that will come, about; for showing how far it is. */
  size(namespace?: string): number;
  /** In the order in which they were stored. */
  facts(namespace?: string): Iterable<OutgoingFact | Unreadable>;
  /** What each namespace's agent is about. */
  statuses(namespace?: string): Iterable<StatusRow | Unreadable>;
  /** What was erased. */
  erasures(namespace?: string): Iterable<ErasureRow | Unreadable>;
}

/** A transaction of the store, with what can put back what no write of the engine says. */
export interface TransferTransaction {
  readonly facts: MemoryTransaction;
  /** Adds what the row of a fact, which was just inserted, said before. */
  putVersions(fact: FactRow, versions: readonly FactVersionRow[]): void;
  /** Sets the count of reminders to the larger of both and the last one to the later of both. */
  putReminders(fact: FactRow, reminders: ReminderCount): void;
  /** True when the edge is there. */
  hasEdge(edge: FactEdge): boolean;
  /** Names the fact that superseded one which is superseded already; no version is kept of before. */
  setSuperseder(target: FactRow, byId: string): void;
  /** The status as it is. */
  status(namespace: string): Status | undefined;
  /** Notes an erasure; false when it is known. */
  putErasure(erasure: ErasureRow): boolean;
}

/** Where a memory is put. */
export interface TransferStore {
  /** As `MemoryStore.write`. */
  write<T>(change: (transaction: TransferTransaction) => T): Promise<T>;
}
