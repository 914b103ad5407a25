// The port behind which facts are kept. The store holds the truth and enforces nothing but the
// uniqueness of ids; what a fact may say and what ends it is decided by the engine, inside one
// transaction of the store. Several processes may use one store at the same time, each with its own
// engine: an implementation must not assume that it sees all writes pass by.

import type { Confidence, FactConflict, FactKind } from "./fact.ts";

/** Whether a fact still counts, and if not, why. */
export type FactState = "live" | "superseded" | "invalidated";

/** A fact as it is stored. */
export interface FactRow {
  readonly namespace: string;
  readonly id: string;
  readonly kind: FactKind;
  readonly subject: string;
  readonly body: string;
  readonly tags: readonly string[];
  readonly confidence: Confidence;
  readonly source?: string;
  readonly principal?: string;
  readonly client?: string;
  readonly validFromMs: number;
  /** When it stopped being true; absent while it is. May lie in the future. */
  readonly validToMs?: number;
  readonly expiresAtMs?: number;
  readonly recordedMs: number;
  readonly state: FactState;
  readonly supersededBy?: string;
  /** Something it depends on was superseded, invalidated or erased. */
  readonly needsReview: boolean;
  /** It must always hold, whatever its kind; a fact of kind `constraint` need not say so. */
  readonly isConstraint: boolean;
  /** Of the write that last changed the row. */
  readonly revision: number;
}

/** How one fact refers to another; read as "from … to". */
export type EdgeKind = "supersedes" | "depends_on" | "cites_premise";

/** A stored link between two facts of one namespace. */
export interface FactEdge {
  readonly namespace: string;
  readonly fromId: string;
  readonly kind: EdgeKind;
  readonly toId: string;
}

/** A link of one fact, seen from that fact. */
export interface StoredLink {
  readonly kind: EdgeKind;
  readonly otherId: string;
  /** True when it leads from the fact to the other one. */
  readonly isOutgoing: boolean;
}

/** The facts of one namespace, by number and size. */
export interface FactCounts {
  /** All rows. */
  readonly facts: number;
  /** Rows whose state is `live`. */
  readonly live: number;
  /** What `factBytes()` says of all rows together. */
  readonly bytes: number;
}

/** A subject within a namespace, seen at a time: what has expired by then is left out. */
export interface SubjectLookup {
  readonly namespace: string;
  readonly subject: string;
  readonly atMs: number;
}

/** What an agent says it is about; one for each namespace. */
export interface Status {
  readonly body: string;
  readonly updatedMs: number;
}

/** Facts of one role in a namespace, seen at a time: what has expired or not begun is left out. */
export interface AlwaysShownLookup {
  readonly namespace: string;
  readonly role: "identity" | "environment" | "constraint";
  readonly atMs: number;
}

/** Facts of one kind in a namespace, seen at a time: what has ended or not begun is left out. */
export interface BankLookup {
  readonly namespace: string;
  readonly kind: FactKind;
  readonly atMs: number;
}

/** A place in the course of changes; `{ revision, number: 0 }` is before the changes of a revision. */
export interface ChangePlace {
  readonly revision: number;
  /** Of the row within the revision; only the store gives it a meaning. */
  readonly number: number;
}

/** Changed rows and the place of the last one. */
export interface Changes {
  readonly rows: readonly FactRow[];
  readonly end: ChangePlace;
}

/** What all namespaces hold. */
export interface StoreTotals {
  /** Facts whose state is `live`. */
  readonly live: number;
  /** Namespaces with any fact. */
  readonly namespaces: number;
}

/** What was erased from one namespace. */
export interface Erasures {
  readonly namespace: string;
  /** False for an id that was not erased; true for one that was, and for hardly any other. */
  mayHold(id: string): boolean;
}

/** What can be looked up and changed while the store is locked for this write. */
export interface MemoryTransaction {
  /** The revision that every row written here carries; one more than that of the last write. */
  readonly revision: number;
  /** The fact with this id, in whatever state. */
  fact(namespace: string, id: string): FactRow | undefined;
  /**
   * A fact of the same namespace, kind, subject and body that has not ended at `recordedMs`; rather
   * one that is live than one that is superseded later. One that is to fall counts only if the row ends
   * no later.
   */
  lastingDuplicate(row: FactRow): FactRow | undefined;
  /**
   * Facts with exactly this subject that have not ended, also those whose end is planned, of one
   * kind or of all, newest `validFromMs` first; at most `limit`.
   */
  lastingWithSubject(
    lookup: SubjectLookup & { readonly kind?: FactKind },
    limit: number,
  ): readonly FactRow[];
  /** The first `limit` of them, of all kinds. */
  newestWithSubject(lookup: SubjectLookup, limit: number): readonly FactConflict[];
  /** How many of those there are; stops counting at `max`. */
  countWithSubject(lookup: SubjectLookup, max: number): number;
  /** Ids of the facts that refer to `toId` by an edge of `kind`, in order of id. */
  referringTo(namespace: string, toId: string, kind: EdgeKind): readonly string[];
  /** Counts of the namespace, zeros for an unknown one. */
  counts(namespace: string): FactCounts;
  /** How many namespaces there are. */
  namespaces(): number;
  /** Adds a row; its revision is set to that of the transaction. Returns the row as stored. */
  insert(row: FactRow): FactRow;
  /**
   * Replaces the tags, confidence, end, expiry, state, review mark and constraint mark of a row.
   * What the tags, end, state and review mark were is kept in the history, with `changedMs`. Subject,
   * body and kind never change. Returns the row as stored.
   */
  update(row: FactRow, changedMs: number): FactRow;
  /** Adds an edge; does nothing when it is there already. */
  link(edge: FactEdge): void;
  /** True for an id whose fact was erased: it is never given to another one. */
  isErased(namespace: string, id: string): boolean;
  /**
   * Takes a row away for good, with its edges, its history and every mention of its id; what stays
   * is a tombstone with a digest of the id. Other rows keep their state.
   */
  erase(row: FactRow): void;
  /** Replaces the status of a namespace. */
  setStatus(namespace: string, status: Status): void;
  /** Takes the status of a namespace away for good; false when there was none. */
  eraseStatus(namespace: string): boolean;
  /** Counts that a fact was put before an agent; returns how often it was by now. */
  countReminder(namespace: string, id: string, nowMs: number): number;
  /** Notes that nothing is left anywhere of what was erased up to a revision. */
  setScrubbed(revision: number): void;
}

/** When something was erased from a namespace last. */
export interface LastErasure {
  readonly namespace: string;
  readonly revision: number;
}

/** Where facts live. */
export interface MemoryStore {
  /**
   * Runs `change` while no other process can write. Resolves with its result once all it wrote is
   * on disk; rejects with what it threw, and then nothing of it is written. Rejects with
   * `storage_failed` when it could not be stored. `change` is synchronous; it may be run again, and then
   * only its last run counts.
   */
  write<T>(change: (transaction: MemoryTransaction) => T): Promise<T>;
  /** The facts with these ids, in this order; undefined for an unknown one. Committed rows only. */
  facts(namespace: string, ids: readonly string[]): readonly (FactRow | undefined)[];
  /** The rows that changed after a place, in order of revision, then of insertion; at most `limit`. */
  changesSince(after: ChangePlace, limit: number): Changes;
  /** Those of one namespace. */
  changesIn(namespace: string, after: ChangePlace, limit: number): Changes;
  /** The facts of a namespace whose ids come after `afterId`, in order of id; at most `limit`. */
  inOrderOfId(namespace: string, afterId: string, limit: number): readonly FactRow[];
  /** What all namespaces hold. */
  totals(): StoreTotals;
  /** A number that no other store has, though it may stand in the same place. */
  identity(): number;
  /**
   * The number of the course of events that a revision is in; 0: not known any more. A store that is put
   * back to an earlier state goes on in another course, so what was taken from a revision fits only a
   * store in which that revision has the same course.
   */
  courseAt(revision: number): number;
  /** Facts with exactly this subject in whatever state, newest `validFromMs` first; at most `limit`. */
  versions(namespace: string, subject: string, limit: number): readonly FactRow[];
  /** Ids of the facts that one superseded or that superseded it; at most `limit`. */
  supersessions(namespace: string, id: string, limit: number): readonly string[];
  /**
   * Facts that hold and are shown whatever is asked: of kind `identity`, or `environment`, or
   * those that must always hold. Newest `validFromMs` first; at most `limit`.
   */
  alwaysShown(lookup: AlwaysShownLookup, limit: number): readonly FactRow[];
  /** Facts that hold, of one kind of those that an agent may be reminded of; 0 for another kind. */
  countOfBank(lookup: BankLookup): number;
  /** True when a fact of the namespace depends on another one or cites it. */
  hasLinks(namespace: string): boolean;
  /**
   * The links by which a fact leads to others: its own, and those of facts that depend on it. In a
   * fixed order; at most `limit`.
   */
  links(namespace: string, id: string, limit: number): readonly StoredLink[];
  /** How often each of these facts was put before an agent, in this order. */
  reminders(namespace: string, ids: readonly string[]): readonly number[];
  /** What was erased by writes with a later revision than `revision` and none of `except`, by namespace. */
  erasuresSince(revision: number, except?: ReadonlySet<number>): readonly Erasures[];
  /** Each namespace from which something was erased, with the revision of the last time. */
  lastErasures(): readonly LastErasure[];
  /** The status of a namespace. */
  status(namespace: string): Status | undefined;
  /** The last write whose erasure was not reported by `setScrubbed` yet; 0: none. */
  scrubPending(): number;
  /**
   * Removes what was erased from logs and copies of the store, too. Resolves with false when
   * somebody else who reads held it up for too long; then it is to be tried again.
   */
  scrub(): Promise<boolean>;
  /** The revision of the last committed write, by whichever process. */
  revision(): number;
  /** Moves whenever somebody else has committed; only equality means something. */
  dataVersion(): number;
  /** Bytes on disk. */
  databaseBytes(): number;
}
