// The memory engine: facts go through the store first and then into the index in RAM; queries are
// answered by the index, and only the texts of the hits are read from the store.

import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import type { Eventually } from "../base/eventually.ts";
import { createPause } from "../base/in_turns.ts";
import { createIdMaker } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import { checkNamespaceName } from "../base/text_fields.ts";
import { Catalog } from "./namespaces/catalog.ts";
import { buildContext } from "./answers/build_context.ts";
import { evaluate } from "./answers/evaluate.ts";
import { historyOf } from "./answers/history_of.ts";
import { weigh } from "./answers/intervene.ts";
import { relatedFacts } from "./ranking/related.ts";
import { createReading, type RankedFact, type Reading } from "./answers/reading.ts";
import { Writer } from "./writing/writer.ts";
import { type Actor, type AuditLog, NO_AUDIT, UNNAMED_ACTOR } from "./audit_log.ts";
import type { Context, ContextRequest } from "./context.ts";
import type { CopyHolder } from "./copy_holder.ts";
import type { AddedFact, DeletedFact, FactHit, FactName, FactQuery, NewFact } from "./fact.ts";
import type { FactWatcher } from "./fact_watcher.ts";
import type { FactHistory, HistoryRequest } from "./history.ts";
import type {
  Evaluation,
  EvaluationCase,
  Intervention,
  InterventionRequest,
} from "./intervention.ts";
import type { SnapshotFiles } from "./snapshot_files.ts";
import type { MemoryStore } from "./store.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer.ts";

/** Options of `openMemory`. */
export interface MemoryEngineOptions {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Makes the ids of facts that come without one; they must never repeat. */
  readonly newId?: () => string;
  /** Where indexes are kept between two runs; without it each namespace is read from its rows. */
  readonly snapshotFiles?: SnapshotFiles;
  /** Whoever keeps copies of facts outside the store, to be told of every erasure. */
  readonly copyHolders?: readonly CopyHolder[];
  /** Where it is noted who wrote what; default: nowhere. */
  readonly audit?: AuditLog;
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

/** Memory of all namespaces of one store. `by` says for the audit on whose behalf a write is done. */
export interface MemoryEngine {
  /**
   * Stores a fact; resolves when it is on disk and every later query sees it. Throws CarError
   * `invalid_argument`, `conflict`, `not_found`, `limit_reached`, `storage_failed` or `closed`.
   */
  addFact(namespace: string, fact: NewFact, by?: Actor): Promise<AddedFact>;
  /**
   * Erases a fact, or the status with this id; resolves when it is gone from the store, from every
   * later query and, if `scrubbed`, from every file. Throws CarError `invalid_argument`,
   * `limit_reached`, `storage_failed` or `closed`.
   */
  deleteFact(namespace: string, id: string, by?: Actor): Promise<DeletedFact>;
  /** Replaces the status of a namespace; resolves with its id when it is on disk. Throws as `addFact`. */
  setStatus(namespace: string, body: string, by?: Actor): Promise<string>;
  /**
   * Gets a namespace ready, in turns with other calls, for a query with this text: follows what other
   * processes wrote, loads it, and looks at its vocabulary when the text has words that no fact holds.
   * Nothing is left to wait for when it is ready. A query that comes without it does the same at once
   * and holds up everybody.
   */
  prepare(namespace: string, queryText?: string): Eventually<void>;
  /** The facts that answer a query, best first. Throws `invalid_argument`, `storage_failed`, `closed`. */
  query(namespace: string, query: FactQuery): readonly FactHit[];
  /**
   * What was held to be true, newest first, and when. Throws `invalid_argument`, `not_found` for an
   * unknown id, `storage_failed`, `closed`.
   */
  history(namespace: string, of: HistoryRequest): FactHistory;
  /**
   * What a model should know before it starts on a query, as one text; nothing changes. Throws
   * `invalid_argument`, `storage_failed`, `closed`.
   */
  buildContext(namespace: string, request: ContextRequest): Context;
  /**
   * Decides whether an agent is to be reminded of something before its next step; a reminder is
   * counted, on disk, before this resolves. Throws `invalid_argument`, `storage_failed`, `closed`.
   */
  intervene(namespace: string, request: InterventionRequest): Promise<Intervention>;
  /** Tries `intervene` on cases whose answers are known; nothing changes. Throws as `query`. */
  evaluate(cases: readonly EvaluationCase[]): Promise<Evaluation>;
  /** The sizes as they are; what other processes wrote is followed behind. Throws `storage_failed`, `closed`. */
  stats(): MemoryStats;
  /** Takes in what other processes have written since, in turns with other calls; readings do it, too. */
  follow(): Eventually<void>;
  /**
   * Has `watcher` told of every change from now on, in place of the one before; undefined: nobody. What
   * begins or ends by the passing of time is told of namespaces in RAM, a second late at most.
   */
  watch(watcher: FactWatcher | undefined): void;
  /** Waits for the writes under way and takes no more; the store stays open. Safe to call twice. */
  close(): Promise<void>;
}

const RELATED_MAX = 10;

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
  readonly #tokenizer: Tokenizer = createTokenizer();
  readonly #catalog: Catalog;
  readonly #writer: Writer;
  #isClosed = false;

  constructor(options: MemoryEngineOptions) {
    const { store, clock, limits, newId = createIdMaker(clock) } = options;
    const { copyHolders = [], audit = NO_AUDIT, onFault = () => {} } = options;
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    const { indexBytesMax: bytesMax } = limits;
    const { tokenizer, snapshotFiles } = { ...options, tokenizer: this.#tokenizer };
    this.#catalog = new Catalog({
      ...{ store, tokenizer, clock, bytesMax, snapshotFiles, onFault },
      onErased: (erased) => this.#writer.tellHolders(erased),
    });
    const { snapshots } = this.#catalog;
    const catalog = this.#catalog;
    const holders = snapshots === undefined ? copyHolders : [...copyHolders, snapshots];
    this.#writer = new Writer({ store, clock, limits, newId, catalog, holders, audit, onFault });
  }

  /** Reads the rows and takes up what an earlier process left to be scrubbed. */
  start(): void {
    this.#catalog.start();
    this.#writer.start();
  }

  async addFact(namespace: string, fact: NewFact, by = UNNAMED_ACTOR): Promise<AddedFact> {
    this.#enter("add a fact", namespace);
    const loading = this.#catalog.load(namespace);
    if (loading !== undefined) await loading;
    const added = await this.#writer.addFact(namespace, fact, by);
    const following = this.#catalog.prepareAfterWrite(namespace);
    if (following !== undefined) await following;
    return { ...added, related: this.#related(namespace, added) };
  }

  async deleteFact(namespace: string, id: string, by = UNNAMED_ACTOR): Promise<DeletedFact> {
    this.#enter("erase a fact", namespace);
    return await this.#writer.deleteFact(namespace, id, by);
  }

  async setStatus(namespace: string, body: string, by = UNNAMED_ACTOR): Promise<string> {
    this.#enter("set the status", namespace);
    return await this.#writer.setStatus(namespace, body, by);
  }

  prepare(namespace: string, queryText?: string): Eventually<void> {
    this.#enter("load a namespace", namespace);
    return this.#catalog.prepare(namespace, queryText);
  }

  query(namespace: string, query: FactQuery): readonly FactHit[] {
    this.#enter("query", namespace);
    return this.#reading(namespace).rank(query).map(hitOf);
  }

  history(namespace: string, of: HistoryRequest): FactHistory {
    this.#enter("read the history", namespace);
    return historyOf(this.#reading(namespace), of);
  }

  buildContext(namespace: string, request: ContextRequest): Context {
    this.#enter("build a context", namespace);
    return buildContext(this.#reading(namespace), request);
  }

  async intervene(namespace: string, request: InterventionRequest): Promise<Intervention> {
    this.#enter("decide on a reminder", namespace);
    const { decision } = await weigh(this.#reading(namespace), request, this.#readyIn(namespace));
    if (decision.decision === "silent") return decision;
    const { selected, candidates, bank } = decision;
    const timesReminded = await this.#writer.countReminder(namespace, selected.id);
    return timesReminded === undefined
      ? { decision: "silent", reason: "the best match was erased meanwhile", candidates, bank }
      : { ...decision, selected: { ...selected, timesReminded } };
  }

  async evaluate(cases: readonly EvaluationCase[]): Promise<Evaluation> {
    for (const { namespace } of cases) this.#enter("evaluate reminders", namespace);
    return await evaluate(
      cases,
      ({ namespace, request }) =>
        weigh(this.#reading(namespace), request, this.#readyIn(namespace)),
    );
  }

  stats(): MemoryStats {
    this.#checkOpen("read the sizes");
    // Mostly asked by whoever watches, also while nobody else asks anything.
    this.#catalog.followBehind();
    const { live, namespaces } = this.#store.totals();
    return {
      facts: live,
      namespaces,
      revision: this.#catalog.revision,
      indexBytes: this.#catalog.bytes,
      databaseBytes: this.#store.databaseBytes(),
    };
  }

  follow(): Eventually<void> {
    this.#checkOpen("follow other processes");
    return this.#catalog.follow();
  }

  watch(watcher: FactWatcher | undefined): void {
    this.#catalog.watched.watch(watcher);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // Whoever is told of erasures is still there.
    await this.#catalog.stopFollowing();
    await this.#writer.close();
    await this.#catalog.close();
  }

  #reading(namespace: string): Reading {
    return createReading(namespace, {
      nowMs: this.#clock.now(),
      store: this.#store,
      limits: this.#limits,
      tokenizer: this.#tokenizer,
      current: () => this.#catalog.current(namespace),
    });
  }

  // For what takes long: lets others have their turns, and gets the namespace ready for the next look.
  #readyIn(namespace: string): (queryText: string) => Promise<void> {
    const pause = createPause(this.#clock);
    return async (queryText) => {
      await pause();
      this.#checkOpen("decide on a reminder");
      await this.#catalog.prepare(namespace, queryText);
    };
  }

  #related(namespace: string, added: Omit<AddedFact, "related">): readonly FactName[] {
    return relatedFacts(this.#catalog.get(namespace).index, {
      subject: added.subject,
      tokenizer: this.#tokenizer,
      nowMs: this.#clock.now(),
      count: RELATED_MAX,
    });
  }

  #enter(attempt: string, namespace: string): void {
    this.#checkOpen(attempt);
    checkNamespaceName("namespace", namespace, this.#limits.namespaceCharsMax);
  }

  #checkOpen(attempt: string): void {
    if (this.#isClosed) throw new CarError("closed", `Cannot ${attempt}: the memory is closed`);
  }
}

function hitOf({ row, activation, why }: RankedFact): FactHit {
  const { id, subject, body, kind, validFromMs, tags, confidence } = row;
  return { id, subject, body, kind, activation, why, validFromMs, tags, confidence };
}
