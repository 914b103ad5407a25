// Facts that begin or end by the passing of time alone: nobody writes anything then, and yet whoever watches
// is to be told. Of each namespace in RAM the next such moment is known; one timer waits for the first of
// them all, and then the namespace is looked through, in turns with other calls.

import type { CancelTimer, Clock } from "../../base/clock.ts";
import { inTurns, type Steps } from "../../base/in_turns.ts";
import type { FactTable } from "../index/fact_table.ts";
import type { FactRow } from "../store.ts";
import { endsMsOf } from "../_validity.ts";

/** Options of Moments. */
export interface MomentsOptions {
  readonly clock: Clock;
  /** The namespaces that are in RAM. */
  readonly namespaces: () => Iterable<string>;
  /** The facts of one; undefined when it is not in RAM. */
  readonly tableOf: (namespace: string) => FactTable | undefined;
  /** Is told of a fact that has begun or ended. */
  readonly tell: (namespace: string, id: string) => void;
  /** Is told of what fails. */
  readonly onFault: (thrown: unknown) => void;
}

interface Waiting {
  /** What happened up to then was told. */
  readonly sinceMs: number;
  /** When something happens next; Infinity: never, as far as is known. */
  nextMs: number;
}

// A look through a million facts takes some milliseconds; facts that end one after the other are told
// together.
const PAUSE_MS = 1_000;
// Wall time may be set, or go on while the machine sleeps.
const WAIT_MS_MAX = 60_000;
// Looked at without a pause: a fraction of a millisecond.
const FACTS_AT_ONCE = 32_768;

/** Tells when facts begin and end, while somebody watches. */
export class Moments {
  readonly #options: MomentsOptions;
  readonly #waiting = new Map<string, Waiting>();
  #isWatched = false;
  #looking: Promise<void> | undefined;
  #cancelTimer: CancelTimer | undefined;
  #dueMs = Infinity;
  #pausedUntilMs = -Infinity;

  constructor(options: MomentsOptions) {
    this.#options = options;
  }

  /** Begins to tell what happens from now on; does nothing when it does so already. */
  start(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    for (const namespace of this.#options.namespaces()) this.loaded(namespace);
  }

  /** Tells nothing more; resolves when nothing is looked through any more. */
  async stop(): Promise<void> {
    this.#isWatched = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#dueMs = Infinity;
    this.#waiting.clear();
    await this.#looking;
  }

  /** To be called when a namespace has come into RAM; what happened before is not told. */
  loaded(namespace: string): void {
    if (!this.#isWatched || this.#waiting.has(namespace)) return;
    const nowMs = this.#options.clock.now();
    // Looked through at the next opportunity, which tells nothing.
    this.#waiting.set(namespace, { sinceMs: nowMs, nextMs: nowMs });
    this.#arm();
  }

  /** To be called when a fact was put: it may begin or end sooner than any other. */
  put(row: FactRow): void {
    if (!this.#isWatched) return;
    const waiting = this.#waiting.get(row.namespace);
    if (waiting === undefined) return;
    const course = { ...row, endsMs: endsMsOf(row) };
    const nextMs = nextMomentOf(course, this.#options.clock.now());
    if (nextMs >= waiting.nextMs) return;
    waiting.nextMs = nextMs;
    this.#arm();
  }

  #arm(): void {
    if (!this.#isWatched || this.#looking !== undefined) return;
    let nextMs = Infinity;
    for (const waiting of this.#waiting.values()) nextMs = Math.min(nextMs, waiting.nextMs);
    if (nextMs === Infinity) return;
    const nowMs = this.#options.clock.now();
    const dueMs = Math.min(Math.max(nextMs, this.#pausedUntilMs), nowMs + WAIT_MS_MAX);
    if (dueMs >= this.#dueMs) return;
    this.#cancelTimer?.();
    this.#dueMs = dueMs;
    this.#cancelTimer = this.#options.clock.after(Math.max(0, dueMs - nowMs), () => this.#wake());
  }

  #wake(): void {
    this.#cancelTimer = undefined;
    this.#dueMs = Infinity;
    const { clock, onFault } = this.#options;
    this.#looking = inTurns(this.#look(), clock).catch(onFault).finally(() => {
      this.#looking = undefined;
      this.#pausedUntilMs = clock.now() + PAUSE_MS;
      this.#arm();
    });
  }

  *#look(): Steps<void> {
    const nowMs = this.#options.clock.now();
    for (const [namespace, { sinceMs, nextMs }] of [...this.#waiting]) {
      if (nextMs > nowMs) continue;
      const table = this.#options.tableOf(namespace);
      this.#waiting.delete(namespace);
      if (table === undefined) continue;
      // Facts that are put meanwhile make it earlier.
      const waiting = { sinceMs: nowMs, nextMs: Infinity };
      this.#waiting.set(namespace, waiting);
      for (let slot = 0; slot < table.length; slot++) {
        if (slot % FACTS_AT_ONCE === FACTS_AT_ONCE - 1) yield;
        if (!this.#isWatched) return;
        if (!table.isUsed(slot)) continue;
        const course = {
          validFromMs: table.validFromMs[slot] ?? 0,
          recordedMs: table.recordedMs[slot] ?? 0,
          endsMs: table.endsMs[slot] ?? Infinity,
        };
        // What was stored since then was told when it was.
        const toldMs = Math.max(sinceMs, course.recordedMs);
        if (nextMomentOf(course, toldMs) <= nowMs) this.#options.tell(namespace, table.id(slot));
        waiting.nextMs = Math.min(waiting.nextMs, nextMomentOf(course, nowMs));
      }
    }
  }
}

// The times of a fact.
interface Course {
  readonly validFromMs: number;
  readonly recordedMs: number;
  readonly endsMs: number;
}

// When a fact begins or ends next, after a time; Infinity: it does neither.
function nextMomentOf({ validFromMs, recordedMs, endsMs }: Course, afterMs: number): number {
  // What ends before it begins never holds.
  if (endsMs <= validFromMs) return Infinity;
  // One that counts from when it was stored was there at once.
  if (validFromMs > afterMs && validFromMs !== recordedMs) return validFromMs;
  return endsMs > afterMs ? endsMs : Infinity;
}
