// The port for looking facts up by what names them: pages of those that hold, one by its id, ids and
// subjects by how they begin. It reads what is committed, by index, and needs none in RAM: whoever browses
// a large memory need not load it. Namespaces are checked by the caller.

import type { FactKind } from "./fact.ts";
import type { FactRow } from "./store.ts";

/** A fact without its body. */
export interface ListedFact {
  readonly id: string;
  readonly subject: string;
  readonly kind: FactKind;
  /** When it became true. */
  readonly validFromMs: number;
}

/** A page that is asked for. */
export interface FactPageLookup {
  readonly namespace: string;
  /** Only ids before this one in the order of code points; undefined: from the end. */
  readonly beforeId: string | undefined;
  /** The facts that hold at this time. */
  readonly atMs: number;
  readonly limit: number;
}

/**
 * Facts from the last id to the first: ids that were made here sort by time, so the newest come first. A
 * page may be shorter than was asked for, even empty, because only so many rows are looked at.
 */
export interface FactPage {
  readonly facts: readonly ListedFact[];
  /** `beforeId` of the next page; absent: there is none. */
  readonly nextBeforeId?: string;
}

/** A beginning that is looked for. */
export interface PrefixLookup {
  readonly namespace: string;
  /** In the form in which names are stored; empty: all. */
  readonly prefix: string;
  readonly limit: number;
}

/** Names that begin so, in the order of code points. */
export interface PrefixMatches {
  readonly values: readonly string[];
  /** How many there are; absent above MATCHES_COUNTED_MAX. */
  readonly total?: number;
  readonly hasMore: boolean;
}

/** Names that begin alike are counted up to here: what is counted is walked. */
export const MATCHES_COUNTED_MAX = 5_000;

/** Names of namespaces. */
export interface NamespaceNames {
  /** In the order of code points. */
  readonly names: readonly string[];
  /** How many there are. */
  readonly total: number;
}

/** Facts by what names them. */
export interface FactDirectory {
  /** The fact with this id, whatever its state. */
  fact(namespace: string, id: string): FactRow | undefined;
  page(lookup: FactPageLookup): FactPage;
  /** Ids that begin so, of facts in whatever state. */
  ids(lookup: PrefixLookup): PrefixMatches;
  /** Subjects of live facts that begin so, each once. */
  subjects(lookup: PrefixLookup): PrefixMatches;
  /** Live facts of a namespace. */
  liveFacts(namespace: string): number;
  /** The first `limit` namespaces that hold a fact or a skill. */
  namespaces(limit: number): NamespaceNames;
  /** When a fact or a skill was stored last, in any namespace. */
  lastStoredMs(): number | undefined;
}

/** What was found of a beginning, from up to MATCHES_COUNTED_MAX + 1 names. */
export function matchesOf(names: readonly string[], limit: number): PrefixMatches {
  const isCounted = names.length <= MATCHES_COUNTED_MAX;
  return {
    values: names.slice(0, limit),
    ...(isCounted ? { total: names.length } : {}),
    hasMore: names.length > limit,
  };
}
