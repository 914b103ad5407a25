// The indexes in RAM, and how far they have followed the store. A namespace is loaded when it is asked
// for first, from its snapshot or from its rows, and dropped again when others need the room. Rows reach
// an index in two ways that may overlap: handed over by the write that stored them, or read back because
// somebody else wrote. A row that is known in its revision is not applied twice.

import type { Clock } from "../../base/clock.ts";
import type { Eventually } from "../../base/eventually.ts";
import { atOnce, inTurns, type Steps } from "../../base/in_turns.ts";
import { CandidateSearch } from "../ranking/candidates.ts";
import { Snapshots } from "../snapshot/snapshots.ts";
import { TextIndex } from "../index/text_index.ts";
import type { ErasedFact } from "../copy_holder.ts";
import type { FactWatcher } from "../fact_watcher.ts";
import type { SnapshotFiles } from "../snapshot_files.ts";
import type { Erasures, FactRow, MemoryStore } from "../store.ts";
import type { Tokenizer } from "../tokenizer.ts";

/** One namespace in RAM. */
export interface IndexedNamespace {
  readonly index: TextIndex;
  readonly candidates: CandidateSearch;
}

interface Loaded extends IndexedNamespace {
  /** As it was measured last. */
  bytes: number;
  /** While the vocabulary is looked at: the same for whoever asks, whatever the words. */
  preparing?: Promise<void> | undefined;
}

/** What a write did to the facts. */
export interface AppliedWrite {
  /** Rows that were added or changed. */
  readonly rows: readonly FactRow[];
  /** The row that was erased, as it was. */
  readonly erased?: FactRow | undefined;
  /** Of the write. */
  readonly revision: number;
}

/** Options of a Catalog. */
export interface CatalogOptions {
  readonly store: MemoryStore;
  readonly tokenizer: Tokenizer;
  readonly clock: Clock;
  /** RAM that indexes may take, in bytes; the one in use may take more. */
  readonly bytesMax: number;
  /** Where indexes are kept between two runs; nowhere when absent. */
  readonly snapshotFiles?: SnapshotFiles | undefined;
  /** Is told of what fails where nobody waits for it. */
  readonly onFault: (thrown: unknown) => void;
}

// Reading and indexing so many rows takes a millisecond or two.
const ROWS_AT_ONCE = 32;
// Indexes grow slowly; measuring them all for every row would not.
const ROWS_BETWEEN_MEASURES = 1_024;

/** Follows one store. */
export class Catalog {
  readonly #options: CatalogOptions;
  // The one used longest ago first.
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Absent when indexes are not kept on disk. */
  readonly snapshots: Snapshots | undefined;
  // All rows up to this revision are in the indexes.
  #revision = 0;
  #dataVersion = -1;
  #bytes = 0;
  #rowsSinceMeasure = 0;
  #isMakingRoom = false;
  /** Is told of every change; absent: nobody wants to know. */
  watcher: FactWatcher | undefined;

  constructor(options: CatalogOptions) {
    this.#options = options;
    const { snapshotFiles: files } = options;
    this.snapshots = files === undefined ? undefined : new Snapshots({
      ...options,
      files,
      loaded: () => this.#loaded.entries().map(([name, { index }]) => [name, index] as const),
      revision: () => this.#revision,
    });
  }

  get revision(): number {
    return this.#revision;
  }

  /** RAM held by indexes, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins with what is stored by now; nothing is loaded yet. */
  start(): void {
    this.#dataVersion = this.#options.store.dataVersion();
    this.#revision = this.#options.store.revision();
    this.snapshots?.start();
  }

  /** A namespace, loaded at once when it is not in RAM: `prepare` it to let others have their turns. */
  get(namespace: string): IndexedNamespace {
    const known = this.#loaded.get(namespace);
    if (known === undefined) return atOnce(this.#load(namespace));
    // Now it is the one used last.
    this.#loaded.delete(namespace);
    this.#loaded.set(namespace, known);
    return known;
  }

  /**
   * Loads a namespace in turns with everything else, and gets its index ready for a query; nothing is
   * left to wait for when it is.
   */
  prepare(namespace: string, queryText = ""): Eventually<void> {
    if (this.#loaded.has(namespace)) return this.#prepareFor(namespace, queryText);
    const loading = this.#loading.get(namespace) ?? this.#prepare(namespace);
    this.#loading.set(namespace, loading);
    return queryText === "" ? loading : loading.then(() => this.#prepareFor(namespace, queryText));
  }

  /** Applies what other processes wrote since the last look; names what they erased. */
  follow(): readonly ErasedFact[] {
    const dataVersion = this.#options.store.dataVersion();
    if (dataVersion === this.#dataVersion) return [];
    const erased = this.#readChanges();
    this.#dataVersion = dataVersion;
    return erased;
  }

  /** Applies a write of ours that is on disk; names what others erased before it. */
  apply({ rows, erased, revision }: AppliedWrite): readonly ErasedFact[] {
    if (erased !== undefined) {
      this.#loaded.get(erased.namespace)?.index.remove(erased.id, erased);
      this.#tellErased(erased);
    }
    // A gap: somebody else wrote in between, or another kind of row took a revision.
    if (revision !== this.#revision + 1) {
      return revision > this.#revision ? this.#readChanges() : [];
    }
    for (const row of rows) this.#put(row);
    this.#revision = revision;
    return [];
  }

  /** Writes snapshots a last time; the store is still open. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#loading.values());
    await this.snapshots?.close();
  }

  async #prepare(namespace: string): Promise<void> {
    try {
      await inTurns(this.#load(namespace), this.#options.clock);
    } finally {
      this.#loading.delete(namespace);
    }
  }

  #prepareFor(namespace: string, queryText: string): Eventually<void> {
    const loaded = this.#loaded.get(namespace);
    const steps = loaded?.index.prepareFor(queryText);
    // Mostly there is nothing to do, and then nothing to wait for.
    if (loaded === undefined || steps === undefined || steps.next().done === true) return;
    loaded.preparing ??= inTurns(steps, this.#options.clock)
      .finally(() => loaded.preparing = undefined);
    return loaded.preparing;
  }

  // The last rows are read in one step with `#keep`: none may come between them, even for a moment.
  *#load(namespace: string): Steps<IndexedNamespace> {
    const { store, tokenizer } = this.#options;
    const saved = yield* this.snapshots?.read(namespace) ?? nothing();
    const { revision } = saved ?? { revision: store.revision() };
    const index = saved?.index ?? new TextIndex(tokenizer);
    if (saved === undefined) yield* this.#readRows(namespace, index);
    let place = { revision, number: 0 };
    for (;;) {
      const { rows, end } = store.changesIn(namespace, place, ROWS_AT_ONCE);
      for (const row of rows) index.put(row);
      place = end;
      if (rows.length < ROWS_AT_ONCE) break;
      yield;
    }
    for (const erasures of store.erasuresSince(revision)) {
      if (erasures.namespace === namespace) this.#removeErased(erasures, index);
    }
    // Somebody may not have waited and have loaded it at once.
    return this.#loaded.get(namespace) ?? this.#keep(namespace, index);
  }

  // By pages: a reader that stays open would hold up whoever wants to empty the log.
  *#readRows(namespace: string, index: TextIndex): Steps<void> {
    for (let afterId = "";;) {
      const rows = this.#options.store.inOrderOfId(namespace, afterId, ROWS_AT_ONCE);
      for (const row of rows) index.put(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS_AT_ONCE) return;
      afterId = last.id;
      yield;
    }
  }

  #keep(namespace: string, index: TextIndex): IndexedNamespace {
    const indexed = { index, candidates: new CandidateSearch(index), bytes: index.bytes };
    // A name that holds nothing costs nothing.
    if (index.table.facts === 0) return indexed;
    this.#loaded.set(namespace, indexed);
    this.#bytes += indexed.bytes;
    this.#makeRoom();
    return indexed;
  }

  #makeRoom(): void {
    const { bytesMax, onFault } = this.#options;
    if (this.#bytes <= bytesMax || this.#drop() || this.#isMakingRoom) return;
    this.#isMakingRoom = true;
    // What changes while it is saved is dropped another time.
    this.snapshots?.save().then(() => this.#drop()).catch(onFault)
      .finally(() => this.#isMakingRoom = false);
  }

  // Drops what was used longest ago and is in its file; false when that made too little room.
  #drop(): boolean {
    let others = this.#loaded.size - 1;
    // The last one is in use. What is deleted on the way does not disturb the walk.
    for (const [namespace, { index, bytes }] of this.#loaded) {
      if (others-- === 0 || this.#bytes <= this.#options.bytesMax) break;
      if (this.snapshots?.isSaved(index) === false) continue;
      this.#loaded.delete(namespace);
      this.#bytes -= bytes;
    }
    return this.#bytes <= this.#options.bytesMax;
  }

  #measure(): void {
    this.#rowsSinceMeasure = 0;
    this.#bytes = 0;
    for (const loaded of this.#loaded.values()) this.#bytes += loaded.bytes = loaded.index.bytes;
    this.#makeRoom();
  }

  // The revision is read first: what is committed after that is read again the next time.
  #readChanges(): readonly ErasedFact[] {
    const { store } = this.#options;
    const revision = store.revision();
    const erased = store.erasuresSince(this.#revision).flatMap((erasures) => {
      const index = this.#loaded.get(erasures.namespace)?.index;
      const { namespace } = erasures;
      return index === undefined ? [{ namespace }] : this.#removeErased(erasures, index);
    });
    for (const each of erased) this.#tellErased(each);
    for (const row of store.changesSince(this.#revision)) this.#put(row);
    this.#revision = revision;
    return erased;
  }

  // Only the store knows for certain: a digest may fit another id.
  #removeErased({ namespace, mayHold }: Erasures, index: TextIndex): readonly ErasedFact[] {
    const ids = [...index.table.ids()].filter(mayHold);
    const rows = this.#options.store.facts(namespace, ids);
    const erased = ids.filter((_, at) => rows[at] === undefined).map((id) => {
      const subject = index.table.subject(index.table.slotOf(id) ?? 0);
      return { namespace, id, subject };
    });
    for (const { id } of erased) index.remove(id);
    return erased;
  }

  #put(row: FactRow): void {
    const namespace = this.#loaded.get(row.namespace);
    const isNew = namespace?.index.table.slotOf(row.id) === undefined;
    if (namespace !== undefined) {
      namespace.index.put(row);
      this.snapshots?.changed();
      if (++this.#rowsSinceMeasure >= ROWS_BETWEEN_MEASURES) this.#measure();
    }
    const isListChange = isNew || row.state !== "live";
    this.watcher?.({ namespace: row.namespace, id: row.id, isListChange });
  }

  #tellErased({ namespace, id }: ErasedFact): void {
    this.watcher?.({ namespace, id, isListChange: true });
  }
}

function* nothing(): Steps<undefined> {}
