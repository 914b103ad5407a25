// What an answer is made of: one namespace as it is at one moment. The parts of the engine that answer
// more than a query get this and nothing else, so that they are plain functions of what is stored.

import type { Limits } from "../../base/limits.ts";
import type { IndexedNamespace } from "../namespaces/catalog.ts";
import { type Match, search } from "../ranking/search.ts";
import { checkQuery } from "./check_query.ts";
import type { FactQuery } from "../fact.ts";
import type { FactRow, MemoryStore } from "../store.ts";
import type { Tokenizer } from "../tokenizer.ts";

/** A fact that was found, with all that is stored of it. */
export interface RankedFact {
  readonly row: FactRow;
  readonly activation: number;
  readonly why: string;
}

/** One namespace at one moment. */
export interface Reading {
  readonly namespace: string;
  readonly nowMs: number;
  readonly store: MemoryStore;
  readonly limits: Limits;
  /** The facts that answer a query, best first; throws `invalid_argument`. */
  rank(query: FactQuery): readonly RankedFact[];
  readonly tokenizer: Tokenizer;
  /** Words of a text, stop words left out, that no fact of the namespace holds. */
  unknownWords(text: string): readonly string[];
}

/** What a Reading is made of. */
export interface ReadingParts extends Pick<Reading, "nowMs" | "store" | "limits" | "tokenizer"> {
  /** The index as the store is now. */
  readonly current: () => IndexedNamespace;
}

/** A reading of one namespace. */
export function createReading(namespace: string, parts: ReadingParts): Reading {
  const { current, ...shown } = parts;
  const { nowMs, store, limits, tokenizer } = shown;
  const links = {
    exist: () => store.hasLinks(namespace),
    of: (id: string, limit: number) => store.links(namespace, id, limit),
  };
  return {
    namespace,
    ...shown,
    unknownWords(text) {
      const { index } = current();
      const words = tokenizer.terms(text, "query")
        .filter(({ key, isStop }) => !isStop && index.termOf(key) === undefined)
        .map(({ word }) => word);
      return [...new Set(words)];
    },
    rank(query) {
      const checked = checkQuery(query, limits);
      const matches = search(checked, { ...current(), tokenizer, links, nowMs });
      return withRows(store, namespace, matches);
    },
  };
}

// One may be gone by now: another process erased it after we looked.
function withRows(
  store: MemoryStore,
  namespace: string,
  matches: readonly Match[],
): readonly RankedFact[] {
  const rows = store.facts(namespace, matches.map((match) => match.id));
  return matches.flatMap(({ activation, why }, at) => {
    const row = rows[at];
    return row === undefined ? [] : [{ row, activation, why }];
  });
}
