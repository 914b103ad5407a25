// What a fact is: the words every part of the memory shares. Times are UTC milliseconds. Text is
// well-formed and free of NUL; a subject is trimmed and in NFC, a body is kept as given.

/** What a fact says; `identity` and `environment` keep one current value per subject. */
export type FactKind =
  | "pattern"
  | "constraint"
  | "preference"
  | "decision"
  | "identity"
  | "environment"
  | "conclusion"
  | "knowledge"
  | "procedural";

/** All kinds; the order is part of nothing. */
export const FACT_KINDS: readonly FactKind[] = [
  "pattern",
  "constraint",
  "preference",
  "decision",
  "identity",
  "environment",
  "conclusion",
  "knowledge",
  "procedural",
];

/** How sure whoever stored the fact was. */
export type Confidence = "high" | "medium" | "low";

/** All degrees of confidence, highest first. */
export const CONFIDENCES: readonly Confidence[] = ["high", "medium", "low"];

/** A fact as a caller gives it. */
export interface NewFact {
  readonly subject: string;
  readonly body: string;
  /** Default `pattern`. */
  readonly kind?: FactKind;
  /** Default: a new one. */
  readonly id?: string;
  readonly tags?: readonly string[];
  /** Default `medium`. */
  readonly confidence?: Confidence;
  /** An id, or a subject: all live facts with exactly that subject. */
  readonly supersedes?: string;
  /** Ids of facts that this one builds on. */
  readonly dependsOn?: readonly string[];
  /** Ids of facts that a `conclusion` follows from; it is invalidated with the first of them. */
  readonly premises?: readonly string[];
  /** When it became true or was said; default now. Hidden until then. */
  readonly validFromMs?: number;
  /** When it stops being shown. */
  readonly expiresAtMs?: number;
  /** What it comes from: a conversation, a file, a ticket. */
  readonly source?: string;
  readonly principal?: string;
  readonly client?: string;
  /** It must always hold, whatever its kind. Default false. */
  readonly isConstraint?: boolean;
}

/** A fact named by id and subject. */
export interface FactName {
  readonly id: string;
  readonly subject: string;
}

/** A fact that says something else under the same subject. */
export interface FactConflict extends FactName {
  readonly body: string;
}

/** What became of a fact that was given. */
export interface AddedFact {
  readonly id: string;
  readonly subject: string;
  readonly kind: FactKind;
  /**
   * False when the same fact was there already. Its tags and links were merged; it has the higher
   * confidence and the later expiry of both, none when either has none, and is a constraint when
   * either is one.
   */
  readonly created: boolean;
  /** It is on disk. */
  readonly durable: true;
  /** Live facts of the namespace now. */
  readonly total: number;
  /** The id of the fact that was there already. */
  readonly duplicateOf?: string;
  /** Ids of the facts that this one ended, at most 100 of them. */
  readonly superseded: readonly string[];
  /** How many there are. */
  readonly supersededTotal: number;
  /** At most 10 current facts of other subjects that share rare words with its subject. */
  readonly related: readonly FactName[];
  /** At most 10 other live facts with the same subject, newest first. */
  readonly conflicts: readonly FactConflict[];
  /** How many there are, counted up to 1,000. */
  readonly conflictsTotal: number;
  /** Ids of the conclusions that lost a premise, directly or over others; at most 100 of them. */
  readonly invalidated: readonly string[];
  /** How many there are. */
  readonly invalidatedTotal: number;
}

/** What became of a fact, or of a status, that was to be erased. */
export interface DeletedFact {
  readonly id: string;
  /** False when there was none with this id. */
  readonly deleted: boolean;
  /** What it was; absent when there was none. */
  readonly kind?: FactKind | "status";
  /** Live facts of the namespace now. */
  readonly total: number;
  /** Nothing of it is left in any file; false: a reader held that up, and it is tried again. */
  readonly scrubbed: boolean;
  /** Ids of the conclusions that lost a premise, directly or over others; at most 100 of them. */
  readonly invalidated: readonly string[];
  /** How many there are. */
  readonly invalidatedTotal: number;
}

/** A question to one namespace. */
export interface FactQuery {
  /** Empty: the most recent facts. */
  readonly text: string;
  /** At most this many hits; 1 to 256. */
  readonly k: number;
  /** Only these kinds; absent or empty: all. */
  readonly kinds?: readonly FactKind[];
  /** Only facts that carry all of these. */
  readonly tags?: readonly string[];
  /** Also what was superseded, invalidated or has expired. */
  readonly includeSuperseded?: boolean;
  /** Only what became true at or after this time. */
  readonly sinceMs?: number;
  /** Only what became true before this time. */
  readonly untilMs?: number;
  /** Only what the words find, not what those facts lead to; quicker. Default false. */
  readonly isTextOnly?: boolean;
}

/** A fact that answers a query. */
export interface FactHit {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly kind: FactKind;
  /** 0 to 1: the share of the best score the query could reach; four decimals. */
  readonly activation: number;
  /** The terms that matched, in a few words. */
  readonly why: string;
  readonly validFromMs: number;
  readonly tags: readonly string[];
  readonly confidence: Confidence;
}
