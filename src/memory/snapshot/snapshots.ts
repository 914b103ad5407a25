// When indexes are written to their files and read back. A file is written while nothing changes in its
// namespace, and at the end; it is used when all it says can be followed up by the rows that came later.

import type { CancelTimer, Clock } from "../../base/clock.ts";
import { inTurns, type Steps } from "../../base/in_turns.ts";
import {
  type LoadedSnapshot,
  readMoment,
  readSnapshot,
  type SnapshotOwner,
  writeSnapshot,
} from "./_snapshot.ts";
import type { TextIndex } from "../index/text_index.ts";
import type { CopyHolder, ErasedFact } from "../copy_holder.ts";
import type { SnapshotFiles } from "../snapshot_files.ts";
import type { MemoryStore } from "../store.ts";
import type { Tokenizer } from "../tokenizer.ts";

/** Options of Snapshots. */
export interface SnapshotsOptions {
  readonly files: SnapshotFiles;
  readonly store: MemoryStore;
  readonly tokenizer: Tokenizer;
  readonly clock: Clock;
  /** Is told of what fails where nobody waits for it. */
  readonly onFault: (thrown: unknown) => void;
  /** The namespaces that are in RAM, each with its index. */
  readonly loaded: () => Iterable<readonly [string, TextIndex]>;
  /** Up to which all rows are in these indexes; some later ones may be, too. */
  readonly revision: () => number;
}

/** Reading the rows of fewer facts takes no longer than reading a file. */
const FACTS_MIN = 256;
// Long enough that a busy hour is one file, short enough that a killed process has little to read again.
const SAVE_AFTER_MS = 60_000;
// What it gives depends on every step of taking texts apart.
const PROBE = "The deploys of getUserById ran Café E-4012 src/app.ts 9102 東京什么 didn't hoping";

/** The snapshots of one catalog; a holder of copies that forgets by removing its files. */
export class Snapshots implements CopyHolder {
  readonly #options: SnapshotsOptions;
  readonly #terms: string;
  // The changes that the file of an index holds; nothing here keeps an index in RAM.
  readonly #saved = new WeakMap<TextIndex, number>();
  #saving: Promise<void> | undefined;
  #tidying: Promise<void> | undefined;
  #cancelTimer: CancelTimer | undefined;
  #isClosed = false;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#terms = JSON.stringify(options.tokenizer.terms(PROBE, "fact"));
  }

  /** Removes what killed processes have left: unfinished files, and files that hold what was erased. */
  start(): void {
    const { clock, onFault } = this.#options;
    this.#tidying = inTurns(this.#tidy(), clock).catch(onFault);
  }

  /** The index in the file of a namespace and its revision; undefined when there is none to use. */
  *read(namespace: string): Steps<{ index: TextIndex; revision: number } | undefined> {
    const { files, tokenizer } = this.#options;
    try {
      const source = files.open(namespace);
      if (source === undefined) return undefined;
      try {
        const found = yield* readSnapshot(source, this.#owner(namespace), tokenizer);
        const refused = "refused" in found ? found.refused : yield* this.#misfit(namespace, found);
        if (refused !== undefined) files.ignored(namespace, refused);
        if ("refused" in found) return undefined;
        if (refused !== undefined) {
          // It will never fit again, and may hold what was erased.
          files.remove(namespace);
          return undefined;
        }
        const { index } = found;
        this.#saved.set(index, index.changes);
        return found;
      } finally {
        source.close();
      }
    } catch (thrown) {
      // A cache that cannot be read is none.
      this.#options.onFault(thrown);
      return undefined;
    }
  }

  /** To be called when an index has changed; it is saved after a while. */
  changed(): void {
    if (this.#isClosed || this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#options.clock.after(SAVE_AFTER_MS, () => {
      this.#cancelTimer = undefined;
      this.#save().catch(this.#options.onFault);
    });
  }

  /** True when all that is in an index is in its file, or need not be. */
  isSaved(index: TextIndex): boolean {
    return index.table.facts < FACTS_MIN || this.#saved.get(index) === index.changes;
  }

  /** Writes what has changed; resolves when it is on disk or was given up. */
  save(): Promise<void> {
    return this.#save();
  }

  async forget(erased: readonly ErasedFact[] | undefined): Promise<boolean> {
    const { files } = this.#options;
    // A file that is being written is given up, for its index has changed.
    await this.#saving?.catch(() => {});
    const namespaces = new Set(erased?.map(({ namespace }) => namespace));
    if (erased === undefined) files.remove(undefined);
    for (const namespace of namespaces) files.remove(namespace);
    for (const [namespace, index] of this.#options.loaded()) {
      if (erased === undefined || namespaces.has(namespace)) this.#saved.delete(index);
    }
    this.changed();
    return true;
  }

  /** Writes what has changed a last time and does no more after that; the store is still open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    await this.#tidying;
    // A cache that cannot be written is no reason for an end that is not clean.
    await this.#save().catch(this.#options.onFault);
  }

  async #save(): Promise<void> {
    while (this.#saving !== undefined) await this.#saving.catch(() => {});
    this.#saving = this.#saveAll().finally(() => this.#saving = undefined);
    await this.#saving;
  }

  async #saveAll(): Promise<void> {
    for (const [namespace, index] of [...this.#options.loaded()]) {
      if (this.isSaved(index)) continue;
      if (!await this.#saveOne(namespace, index)) this.changed();
    }
  }

  // False when the index changed meanwhile, or is just changing; then nothing was written.
  async #saveOne(namespace: string, index: TextIndex): Promise<boolean> {
    if (!index.isWhole) return false;
    const { files, store, clock } = this.#options;
    const { changes } = index;
    const revision = this.#options.revision();
    const target = files.create(namespace);
    try {
      const owner = { ...this.#owner(namespace), revision, course: store.courseAt(revision) };
      await inTurns(writeUnlessChanged(writeSnapshot(target, index, owner), index), clock);
      if (index.changes !== changes) return false;
      if (!await target.commit()) return false;
    } finally {
      target.abandon();
    }
    // Something may have been erased by now, by another process or between two turns.
    if (this.#wasErased(namespace, revision)) {
      files.remove(namespace);
      return false;
    }
    this.#saved.set(index, changes);
    return store.revision() >= revision;
  }

  // A process may be killed before it looks whether something was erased while it wrote.
  *#tidy(): Steps<void> {
    const { files, store } = this.#options;
    files.removeUnfinished();
    for (const { namespace, revision } of store.lastErasures()) {
      yield;
      const source = files.open(namespace);
      if (source === undefined) continue;
      const moment = readMoment(source);
      source.close();
      const isCurrent = moment !== undefined && moment.revision >= revision &&
        moment.course === store.courseAt(moment.revision);
      if (!isCurrent) files.remove(namespace);
    }
  }

  #owner(namespace: string): SnapshotOwner {
    return { identity: this.#options.store.identity(), namespace, terms: this.#terms };
  }

  // A file of the same database, but of a past or of another course of events.
  *#misfit(
    namespace: string,
    { index, revision, course }: LoadedSnapshot,
  ): Steps<string | undefined> {
    const { store } = this.#options;
    if (revision > store.revision()) return "it is newer than the database";
    if (course === 0 || course !== store.courseAt(revision)) return "it does not fit the database";
    const last = yield* index.table.lastChanged();
    const [row] = store.facts(namespace, [last.id]);
    if (row === undefined || row.revision < last.revision) return "it does not fit the database";
    if (this.#wasErased(namespace, revision)) return "something was erased since";
    return undefined;
  }

  #wasErased(namespace: string, since: number): boolean {
    return this.#options.store.erasuresSince(since).some((some) => some.namespace === namespace);
  }
}

function* writeUnlessChanged(writing: Steps<void>, index: TextIndex): Steps<void> {
  const { changes } = index;
  while (index.changes === changes && writing.next().done !== true) yield;
}
