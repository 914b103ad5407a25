// The memory engine: facts go through the store first and then into the index in RAM; queries are
// answered by the index, and only the texts of the hits are read from the store.

import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { createIdMaker } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import { checkNamespaceName } from "../base/text_fields.ts";
import { addFact } from "./_add_fact.ts";
import { Catalog } from "./_catalog.ts";
import { checkFact } from "./_check_fact.ts";
import { checkQuery } from "./_check_query.ts";
import { relatedFacts } from "./_related.ts";
import { search } from "./_search.ts";
import type { AddedFact, FactHit, FactName, FactQuery, NewFact } from "./fact.ts";
import type { FactRow, MemoryStore } from "./store.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer.ts";

/** Options of `openMemory`. */
export interface MemoryEngineOptions {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Makes the ids of facts that come without one; they must never repeat. */
  readonly newId?: () => string;
}

/** Sizes, for health and metrics. */
export interface MemoryStats {
  /** Live facts of all namespaces. */
  readonly facts: number;
  readonly namespaces: number;
  /** Of the last write that the index knows. */
  readonly revision: number;
  /** RAM held by the indexes, roughly. */
  readonly indexBytes: number;
  readonly databaseBytes: number;
}

/** Memory of all namespaces of one store. */
export interface MemoryEngine {
  /**
   * Stores a fact; resolves when it is on disk and every later query sees it. Throws CarError
   * `invalid_argument`, `conflict`, `not_found`, `limit_reached`, `storage_failed` or `closed`.
   */
  addFact(namespace: string, fact: NewFact): Promise<AddedFact>;
  /** The facts that answer a query, best first. Throws `invalid_argument`, `storage_failed`, `closed`. */
  query(namespace: string, query: FactQuery): readonly FactHit[];
  stats(): MemoryStats;
  /** Waits for the writes under way and takes no more; the store stays open. Safe to call twice. */
  close(): Promise<void>;
}

const RELATED_MAX = 10;

/** Loads the index from the store; rejects with `storage_damaged` or `storage_failed`. */
export function openMemory(options: MemoryEngineOptions): Promise<MemoryEngine> {
  return Promise.try(() => {
    const engine = new Engine(options);
    engine.follow();
    return engine;
  });
}

class Engine implements MemoryEngine {
  readonly #store: MemoryStore;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #newId: () => string;
  readonly #tokenizer: Tokenizer = createTokenizer();
  readonly #catalog: Catalog;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor({ store, clock, limits, newId = createIdMaker(clock) }: MemoryEngineOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#newId = newId;
    this.#catalog = new Catalog(store, this.#tokenizer);
  }

  follow(): void {
    this.#catalog.follow();
  }

  async addFact(namespace: string, fact: NewFact): Promise<AddedFact> {
    this.#checkOpen("add a fact");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const checked = checkFact(fact, this.#limits);
    const writing = this.#store.write((transaction) =>
      addFact(transaction, {
        namespace,
        fact: checked,
        nowMs: this.#clock.now(),
        newId: this.#newId,
        limits: this.#limits,
      })
    );
    this.#underWay.add(writing);
    try {
      const { added, rows, revision } = await writing;
      this.#catalog.apply(rows, revision);
      return { ...added, related: this.#related(namespace, added) };
    } finally {
      this.#underWay.delete(writing);
    }
  }

  query(namespace: string, query: FactQuery): readonly FactHit[] {
    this.#checkOpen("query");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const checked = checkQuery(query, this.#limits);
    this.follow();
    const indexed = this.#catalog.namespaces.get(namespace);
    if (indexed === undefined) return [];
    const matches = search(checked, {
      ...indexed,
      tokenizer: this.#tokenizer,
      nowMs: this.#clock.now(),
    });
    const rows = this.#store.facts(namespace, matches.map((match) => match.id));
    // A row may be gone by now: another process erased it after we looked.
    return matches.flatMap(({ activation, why }, at) => {
      const row = rows[at];
      return row === undefined ? [] : [hitOf(row, activation, why)];
    });
  }

  stats(): MemoryStats {
    this.#checkOpen("read the sizes");
    this.follow();
    const indexes = [...this.#catalog.namespaces.values()].map(({ index }) => index);
    return {
      facts: indexes.reduce((sum, index) => sum + index.table.live, 0),
      namespaces: indexes.length,
      revision: this.#catalog.revision,
      indexBytes: indexes.reduce((sum, index) => sum + index.bytes, 0),
      databaseBytes: this.#store.databaseBytes(),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }

  #related(namespace: string, added: Omit<AddedFact, "related">): readonly FactName[] {
    const index = this.#catalog.namespaces.get(namespace)?.index;
    if (index === undefined) return [];
    return relatedFacts(index, {
      subject: added.subject,
      tokenizer: this.#tokenizer,
      nowMs: this.#clock.now(),
      count: RELATED_MAX,
    });
  }

  #checkOpen(attempt: string): void {
    if (this.#isClosed) throw new CarError("closed", `Cannot ${attempt}: the memory is closed`);
  }
}

function hitOf(row: FactRow, activation: number, why: string): FactHit {
  const { id, subject, body, kind, validFromMs, tags, confidence } = row;
  return { id, subject, body, kind, activation, why, validFromMs, tags, confidence };
}
