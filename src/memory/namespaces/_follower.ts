// How far the indexes in RAM have followed the store. What others wrote is read back in passes: first
// what was erased up to a revision, then the rows that changed, in steps, so that other calls have their
// turns. While a pass is under way an index may hold half of a transaction; whoever answers from it
// catches up first, in turns or at once.
//
// A write of ours hands its rows over, and what it has erased. Both reach the index at once where that
// takes little; else a pass takes the one out and reads the others. So does the next pass with all that is
// written while one is under way: an index is changed by one of us at a time, and a fact that was erased
// meanwhile must not come back after the pass has looked for it.

import type { Clock } from "../../base/clock.ts";
import type { Eventually } from "../../base/eventually.ts";
import { atOnce, inTurns, type Steps } from "../../base/in_turns.ts";
import type { ErasedFact } from "../copy_holder.ts";
import type { TextIndex } from "../index/text_index.ts";
import type { FactRow, MemoryStore } from "../store.ts";
import { removeErased } from "./_remove_erased.ts";
import type { AppliedWrite } from "./applied_write.ts";
import { putAll, ROWS_AT_ONCE } from "./_rows_in_steps.ts";
import { TurnBudget } from "./_turn_budget.ts";

/** Options of a Follower. */
export interface FollowerOptions {
  readonly store: MemoryStore;
  readonly clock: Clock;
  /** Takes a row into the index of its namespace, if that is in RAM. */
  readonly put: (row: FactRow) => Steps<void>;
  /** Takes a row that we erased out of it. */
  readonly remove: (row: FactRow) => Steps<void>;
  /** The index of a namespace; undefined when it is not in RAM. */
  readonly indexOf: (namespace: string) => TextIndex | undefined;
  /** Is told what somebody else erased. */
  readonly onErased: (erased: readonly ErasedFact[]) => void;
  /** Is told of what fails where nobody waits for it. */
  readonly onFault: (thrown: unknown) => void;
}

// Each pass is shorter than the one before, for it follows what came during that. Somebody who writes
// faster than rows are indexed must not keep a call waiting for ever.
const PASSES_MAX = 16;
// More than the facts of usual length that are told in one turn (group_commit.ts) have. Indexing so much
// takes two milliseconds, and four if every word of it is new.
const TURN_CHARS = 16_384;
// Writers who waited for a pass go on, so many in a turn: about two milliseconds.
const TOLD_IN_A_TURN = 64;

/** Follows one store. */
export class Follower {
  readonly #options: FollowerOptions;
  // Everything up to this revision is in the indexes.
  #revision = 0;
  // Of the last write of ours.
  #ownRevision = 0;
  // Of writes of ours that erase, until everything up to them is followed.
  readonly #ownErasures = new Set<number>();
  // Rows that we erased and that are still in an index.
  readonly #erased: FactRow[] = [];
  readonly #textAtOnce = new TurnBudget(TURN_CHARS);
  readonly #toldAtOnce = new TurnBudget(TOLD_IN_A_TURN);
  #dataVersion = -1;
  #pass: Steps<void> | undefined;
  // What the pass under way follows.
  #passTo = 0;
  #catchingUp: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Everything up to this revision is in the indexes. */
  get revision(): number {
    return this.#revision;
  }

  /** Begins with what is stored by now. */
  start(): void {
    this.#dataVersion = this.#options.store.dataVersion();
    this.#revision = this.#options.store.revision();
  }

  /** Follows what others wrote, in turns with everything else; nothing to wait for when there is nothing. */
  catchUp(): Eventually<void> {
    if (!this.#isBehind()) return;
    this.#catchingUp ??= this.#catchUp().finally(() => this.#catchingUp = undefined);
    return this.#catchingUp;
  }

  /** The same for nobody who waits. */
  catchUpBehind(): void {
    if (!this.#isClosed) void this.#caughtUp();
  }

  /** The same without letting anybody else have a turn. */
  catchUpAtOnce(): void {
    while (this.#isBehind()) atOnce(this.#currentPass());
  }

  /** True when a write of ours waits for a pass, or others wrote before it; costs nothing to ask. */
  get hasGap(): boolean {
    return this.#pass !== undefined || this.#revision < this.#ownRevision ||
      this.#erased.length > 0;
  }

  /**
   * To be told of a write of ours that erases, before it is on disk: who erased knows what it was, and
   * sees to it that it is forgotten. What somebody else erased nobody knows, so that everything that may
   * hold it is forgotten with it. Gives what takes it back: the revision of a write that was not done may
   * be that of another.
   */
  erasing(revision: number): () => void {
    this.#ownErasures.add(revision);
    return () => void this.#ownErasures.delete(revision);
  }

  /** Takes over a write of ours that is on disk; nothing to wait for when the indexes have it. */
  applied({ rows, erased, revision }: AppliedWrite): Eventually<void> {
    this.#ownRevision = Math.max(this.#ownRevision, revision);
    if (erased !== undefined) this.#erased.push(erased);
    const changed = erased === undefined ? rows : [...rows, erased];
    if (this.#pass !== undefined || !this.#textAtOnce.take(charsOf(changed))) {
      return changed.length === 0 ? this.catchUpBehind() : this.#caughtUp();
    }
    atOnce(this.#removeErased());
    // The pass that ended last has read them.
    if (revision <= this.#revision) return;
    for (const row of rows) atOnce(this.#options.put(row));
    // Somebody else wrote in between, or another kind of row took a revision.
    if (revision !== this.#revision + 1) return this.catchUpBehind();
    this.#revision = revision;
    this.#ownErasures.delete(revision);
  }

  /** Follows nothing behind any more and waits for what does; the store is still open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#catchingUp?.catch(() => {});
  }

  #isBehind(): boolean {
    return this.hasGap || this.#options.store.dataVersion() !== this.#dataVersion;
  }

  // What is on disk is done, whether or not it could be read back.
  #caughtUp(): Eventually<void> {
    return this.catchUp()?.catch(this.#options.onFault).then(() => this.#tell());
  }

  async #tell(): Promise<void> {
    while (!this.#toldAtOnce.take(1)) await new Promise<void>((turn) => setImmediate(turn));
  }

  async #catchUp(): Promise<void> {
    for (let passes = 0; passes < PASSES_MAX && this.#isBehind(); passes++) {
      await inTurns(this.#currentPass(), this.#options.clock);
    }
  }

  #currentPass(): Steps<void> {
    this.#pass ??= this.#newPass();
    return this.#pass;
  }

  *#newPass(): Steps<void> {
    const { store } = this.#options;
    // In this order: what is committed after one of them was read is followed by the next pass.
    const dataVersion = store.dataVersion();
    this.#passTo = store.revision();
    try {
      yield* this.#removeErased();
      yield* this.#followErasures();
      yield* this.#followRows();
      this.#revision = Math.max(this.#revision, this.#passTo);
      for (const own of this.#ownErasures) {
        if (own <= this.#revision) this.#ownErasures.delete(own);
      }
      this.#dataVersion = dataVersion;
    } finally {
      this.#pass = undefined;
    }
  }

  *#removeErased(): Steps<void> {
    for (let row = this.#erased[0]; row !== undefined; row = this.#erased[0]) {
      yield* this.#options.remove(row);
      this.#erased.shift();
    }
  }

  *#followErasures(): Steps<void> {
    const { store, indexOf, onErased } = this.#options;
    for (const erasures of store.erasuresSince(this.#revision, this.#ownErasures)) {
      const { namespace } = erasures;
      const index = indexOf(namespace);
      onErased(index === undefined ? [{ namespace }] : yield* removeErased(index, erasures, store));
      yield;
    }
  }

  *#followRows(): Steps<void> {
    const { store, put } = this.#options;
    let place = { revision: this.#revision + 1, number: 0 };
    for (;;) {
      const { rows, end } = store.changesSince(place, ROWS_AT_ONCE);
      yield* putAll(rows, put);
      if (rows.length < ROWS_AT_ONCE) return;
      place = end;
      yield;
    }
  }
}

function charsOf(rows: readonly FactRow[]): number {
  return rows.reduce((sum, { subject, body }) => sum + subject.length + body.length, 0);
}
