// The indexes in RAM. A namespace is loaded when it is asked for first, from its snapshot or from its
// rows, and dropped again when others need the room. Rows reach an index in two ways that may overlap:
// handed over by the write that stored them, or read back because somebody else wrote. A row that is
// known in its revision is not applied twice.

import type { Clock } from "../../base/clock.ts";
import type { Eventually } from "../../base/eventually.ts";
import { atOnce, inTurns, type Steps } from "../../base/in_turns.ts";
import { CandidateSearch } from "../ranking/candidates.ts";
import { Snapshots } from "../snapshot/snapshots.ts";
import type { TextIndex } from "../index/text_index.ts";
import type { ErasedFact } from "../copy_holder.ts";
import type { SnapshotFiles } from "../snapshot_files.ts";
import type { FactRow, MemoryStore } from "../store.ts";
import type { Tokenizer } from "../tokenizer.ts";
import type { AppliedWrite } from "./applied_write.ts";
import { Follower } from "./_follower.ts";
import { loadIndex } from "./_load_index.ts";
import { WatchedFacts } from "./_watched_facts.ts";

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

/** Options of a Catalog. */
export interface CatalogOptions {
  readonly store: MemoryStore;
  readonly tokenizer: Tokenizer;
  readonly clock: Clock;
  /** RAM that indexes may take, in bytes; the one in use may take more. */
  readonly bytesMax: number;
  /** Where indexes are kept between two runs; nowhere when absent. */
  readonly snapshotFiles?: SnapshotFiles | undefined;
  /** Is told what somebody else erased. */
  readonly onErased: (erased: readonly ErasedFact[]) => void;
  /** Is told of what fails where nobody waits for it. */
  readonly onFault: (thrown: unknown) => void;
}

// Indexes grow slowly; measuring them all for every row would not.
const ROWS_BETWEEN_MEASURES = 1_024;

/** The indexes of one store. */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #follower: Follower;
  // The one used longest ago first.
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #renewing = new Map<string, Promise<void>>();
  #isClosed = false;
  /** Absent when indexes are not kept on disk. */
  readonly snapshots: Snapshots | undefined;
  #bytes = 0;
  #rowsSinceMeasure = 0;
  #isMakingRoom = false;
  /** To be told what happens to facts. */
  readonly watched: WatchedFacts;
  /** To be told of a write of ours that erases, before it is on disk; gives what takes that back. */
  readonly erasing = (revision: number): () => void => this.#follower.erasing(revision);

  constructor(options: CatalogOptions) {
    this.#options = options;
    const { snapshotFiles: files } = options;
    this.#follower = new Follower({
      ...options,
      put: (row) => this.#put(row),
      remove: (row) => this.#remove(row),
      indexOf: (namespace) => this.#loaded.get(namespace)?.index,
      onErased: (erased) => {
        for (const each of erased) this.watched.erased(each);
        for (const { namespace } of erased) this.#renewIfWasteful(namespace);
        options.onErased(erased);
      },
    });
    this.watched = new WatchedFacts({
      ...options,
      namespaces: () => this.#loaded.keys(),
      tableOf: (namespace) => this.#loaded.get(namespace)?.index.table,
    });
    this.snapshots = files === undefined ? undefined : new Snapshots({
      ...options,
      files,
      loaded: () => this.#loaded.entries().map(([name, { index }]) => [name, index] as const),
      revision: () => this.revision,
    });
  }

  /** Everything up to this revision is in the indexes. */
  get revision(): number {
    return this.#follower.revision;
  }

  /** RAM held by indexes, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins with what is stored by now; nothing is loaded yet. */
  start(): void {
    this.#follower.start();
    this.snapshots?.start();
  }

  /**
   * A namespace as the store is, followed and loaded at once when it is not: `prepare` it to let others
   * have their turns.
   */
  current(namespace: string): IndexedNamespace {
    this.#follower.catchUpAtOnce();
    return this.get(namespace);
  }

  /** A namespace as far as it was followed; loaded at once when it is not in RAM. */
  get(namespace: string): IndexedNamespace {
    const known = this.#loaded.get(namespace);
    if (known === undefined) return atOnce(this.#load(namespace));
    // Now it is the one used last.
    this.#loaded.delete(namespace);
    this.#loaded.set(namespace, known);
    return known;
  }

  /**
   * Follows what others wrote and loads a namespace, in turns with everything else, and gets its index
   * ready for a query; nothing is left to wait for when it is.
   */
  prepare(namespace: string, queryText = ""): Eventually<void> {
    const waiting = this.#follower.catchUp() ?? this.load(namespace);
    if (waiting === undefined) return this.#prepareFor(namespace, queryText);
    return waiting.then(() => this.load(namespace)).then(() =>
      this.#prepareFor(namespace, queryText)
    );
  }

  /** Loads a namespace in turns with everything else; nothing is left to wait for when it is in RAM. */
  load(namespace: string): Eventually<void> {
    if (this.#loaded.has(namespace)) return;
    const loading = this.#loading.get(namespace) ?? this.#loadInTurns(namespace);
    this.#loading.set(namespace, loading);
    return loading;
  }

  /** Gets a namespace ready for a look after a write of ours: others may have written before it. */
  prepareAfterWrite(namespace: string): Eventually<void> {
    return this.#follower.hasGap ? this.prepare(namespace) : this.load(namespace);
  }

  /** Follows what others wrote, in turns with everything else. */
  follow(): Eventually<void> {
    return this.#follower.catchUp();
  }

  /** Follows what others wrote for nobody who waits. */
  followBehind(): void {
    this.#follower.catchUpBehind();
  }

  /** Applies a write of ours that is on disk; nothing to wait for when the next look sees it. */
  apply(write: AppliedWrite): Eventually<void> {
    return this.#follower.applied(write);
  }

  /** Nothing is followed behind from now on; resolves when nothing is. */
  async stopFollowing(): Promise<void> {
    await this.#follower.close();
  }

  /** Writes snapshots a last time; the store is still open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.watched.close();
    await Promise.allSettled([...this.#loading.values(), ...this.#renewing.values()]);
    await this.snapshots?.close();
  }

  async #loadInTurns(namespace: string): Promise<void> {
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
    // Another index may have taken its place.
    return loaded.preparing.then(() => this.#prepareFor(namespace, queryText));
  }

  *#load(namespace: string): Steps<IndexedNamespace> {
    const index = yield* loadIndex(namespace, { ...this.#options, snapshots: this.snapshots });
    // Somebody may not have waited and have loaded it at once.
    return this.#loaded.get(namespace) ?? this.#keep(namespace, index);
  }

  #keep(namespace: string, index: TextIndex): IndexedNamespace {
    const indexed = { index, candidates: new CandidateSearch(index), bytes: index.bytes };
    this.#bytes -= this.#loaded.get(namespace)?.bytes ?? 0;
    // A name that holds nothing costs nothing.
    if (index.table.facts === 0) {
      this.#loaded.delete(namespace);
      return indexed;
    }
    this.#loaded.set(namespace, indexed);
    this.watched.loaded(namespace);
    this.#bytes += indexed.bytes;
    this.#makeRoom();
    this.#renewIfWasteful(namespace);
    return indexed;
  }

  // An index is made anew from its rows, in turns, and takes the place of one that holds mostly what was
  // erased: slots, words and blocks of postings that nothing else gives back.
  #renewIfWasteful(namespace: string): void {
    const isWasteful = this.#loaded.get(namespace)?.index.table.isWasteful ?? false;
    if (!isWasteful || this.#isClosed || this.#renewing.has(namespace)) return;
    const renewing = inTurns(this.#renew(namespace), this.#options.clock)
      .catch(this.#options.onFault)
      .finally(() => this.#renewing.delete(namespace));
    this.#renewing.set(namespace, renewing);
  }

  *#renew(namespace: string): Steps<void> {
    const loading = loadIndex(namespace, { ...this.#options, snapshots: undefined });
    for (let step = loading.next(); !this.#isClosed; step = loading.next()) {
      if (step.done === true) {
        // It may have been dropped meanwhile.
        if (this.#loaded.has(namespace)) this.#keep(namespace, step.value);
        return this.snapshots?.changed();
      }
      yield;
    }
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

  *#put(row: FactRow): Steps<void> {
    const namespace = this.#loaded.get(row.namespace);
    const isNew = namespace?.index.table.slotOf(row.id) === undefined;
    if (namespace !== undefined) {
      yield* namespace.index.putInSteps(row);
      this.snapshots?.changed();
      if (++this.#rowsSinceMeasure >= ROWS_BETWEEN_MEASURES) this.#measure();
    }
    this.watched.put(row, { isNew });
  }

  *#remove(row: FactRow): Steps<void> {
    const namespace = this.#loaded.get(row.namespace);
    if (namespace !== undefined) yield* namespace.index.removeInSteps(row.id, row);
    this.watched.erased(row);
    this.#renewIfWasteful(row.namespace);
  }
}
