// The memory engine: facts go through the store first and then into the index in RAM; queries are
// answered by the index, and only the texts of the hits are read from the store.

import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { createIdMaker } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import { checkNamespaceName } from "../base/text_fields.ts";
import { addFact } from "./_add_fact.ts";
import { type AppliedWrite, Catalog } from "./_catalog.ts";
import { checkedId, checkFact, checkStatus } from "./_check_fact.ts";
import { checkQuery } from "./_check_query.ts";
import { erase } from "./_erase.ts";
import { relatedFacts } from "./_related.ts";
import { Scrubber } from "./_scrubber.ts";
import { search } from "./_search.ts";
import { statusIdOf } from "./_status_id.ts";
import type { CopyHolder, ErasedFact } from "./copy_holder.ts";
import type { AddedFact, DeletedFact, FactHit, FactName, FactQuery, NewFact } from "./fact.ts";
import type { FactRow, MemoryStore, MemoryTransaction } from "./store.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer.ts";

/** Options of `openMemory`. */
export interface MemoryEngineOptions {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Makes the ids of facts that come without one; they must never repeat. */
  readonly newId?: () => string;
  /** Whoever keeps copies of facts outside the store, to be told of every erasure. */
  readonly copyHolders?: readonly CopyHolder[];
  /** Is told of what fails where nobody waits for it. */
  readonly onFault?: (thrown: unknown) => void;
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
  /**
   * Erases a fact, or the status with this id; resolves when it is gone from the store, from every
   * later query and, if `scrubbed`, from every file. Throws CarError `invalid_argument`,
   * `limit_reached`, `storage_failed` or `closed`.
   */
  deleteFact(namespace: string, id: string): Promise<DeletedFact>;
  /** Replaces the status of a namespace; resolves with its id when it is on disk. Throws as `addFact`. */
  setStatus(namespace: string, body: string): Promise<string>;
  /** The facts that answer a query, best first. Throws `invalid_argument`, `storage_failed`, `closed`. */
  query(namespace: string, query: FactQuery): readonly FactHit[];
  stats(): MemoryStats;
  /** Waits for the writes under way and takes no more; the store stays open. Safe to call twice. */
  close(): Promise<void>;
}

const RELATED_MAX = 10;
// More ids are no use to a reader and would make an answer of any length.
const IDS_SHOWN_MAX = 100;

/** Loads the index from the store; rejects with `storage_damaged` or `storage_failed`. */
export function openMemory(options: MemoryEngineOptions): Promise<MemoryEngine> {
  return Promise.try(() => {
    const engine = new Engine(options);
    engine.start();
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
  readonly #scrubber: Scrubber;
  #isClosed = false;

  constructor(options: MemoryEngineOptions) {
    const { store, clock, limits, newId = createIdMaker(clock) } = options;
    const { copyHolders = [], onFault = () => {} } = options;
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#newId = newId;
    this.#catalog = new Catalog(store, this.#tokenizer);
    this.#scrubber = new Scrubber({
      store,
      holders: copyHolders,
      clock,
      onFault,
      settle: (scrubbed) => this.#settle(scrubbed),
    });
  }

  /** Reads the rows and takes up what an earlier process left to be scrubbed. */
  start(): void {
    this.#follow();
    if (this.#store.scrubPending() > 0) this.#scrubber.scrubBehind(undefined);
  }

  async addFact(namespace: string, fact: NewFact): Promise<AddedFact> {
    this.#checkOpen("add a fact");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const checked = checkFact(fact, this.#limits);
    const { added } = await this.#write((transaction) =>
      addFact(transaction, {
        namespace,
        fact: checked,
        nowMs: this.#clock.now(),
        newId: this.#newId,
        limits: this.#limits,
      })
    );
    return { ...added, related: this.#related(namespace, added) };
  }

  async deleteFact(namespace: string, id: string): Promise<DeletedFact> {
    this.#checkOpen("erase a fact");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const known = checkedId("id", id, this.#limits);
    const outcome = await this.#write((transaction) =>
      erase(transaction, {
        namespace,
        id: known,
        nowMs: this.#clock.now(),
        factsEndedMax: this.#limits.factsEndedMax,
      })
    );
    const { erased, deleted, invalidated } = outcome;
    const scrubbed = await this.#scrubber.scrub(erased === undefined ? [] : [erased]);
    return {
      ...deleted,
      scrubbed,
      invalidated: invalidated.slice(0, IDS_SHOWN_MAX),
      invalidatedTotal: invalidated.length,
    };
  }

  async setStatus(namespace: string, body: string): Promise<string> {
    this.#checkOpen("set the status");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    checkStatus(body, this.#limits);
    await this.#write((transaction) => {
      transaction.setStatus(namespace, { body, updatedMs: this.#clock.now() });
      return { rows: [], revision: transaction.revision };
    });
    return statusIdOf(namespace);
  }

  query(namespace: string, query: FactQuery): readonly FactHit[] {
    this.#checkOpen("query");
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
    const checked = checkQuery(query, this.#limits);
    this.#follow();
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
    this.#follow();
    const indexes = [...this.#catalog.namespaces.values()].map(({ index }) => index);
    return {
      facts: indexes.reduce((sum, index) => sum + index.table.live, 0),
      namespaces: indexes.filter((index) => index.table.facts > 0).length,
      revision: this.#catalog.revision,
      indexBytes: indexes.reduce((sum, index) => sum + index.bytes, 0),
      databaseBytes: this.#store.databaseBytes(),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    await this.#scrubber.close();
  }

  #follow(): void {
    this.#tellHolders(this.#catalog.follow());
  }

  async #write<Outcome extends AppliedWrite>(
    change: (transaction: MemoryTransaction) => Outcome,
  ): Promise<Outcome> {
    const writing = this.#store.write(change);
    this.#underWay.add(writing);
    try {
      const outcome = await writing;
      this.#tellHolders(this.#catalog.apply(outcome));
      return outcome;
    } finally {
      this.#underWay.delete(writing);
    }
  }

  async #settle(scrubbed: number): Promise<void> {
    await this.#write((transaction) => {
      transaction.setScrubbed(scrubbed);
      return { rows: [], revision: transaction.revision };
    });
  }

  // Another process saw to the files; what this one alone keeps is not known to it.
  #tellHolders(erased: readonly ErasedFact[]): void {
    if (erased.length > 0) this.#scrubber.scrubBehind(erased);
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
