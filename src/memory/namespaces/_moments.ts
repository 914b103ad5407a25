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
  sinceMs: number;
  /** When something happens next; Infinity: never, as far as is known. */
  nextMs: number;
}

// A look through a million facts takes some milliseconds; facts that end one after the other are told
// together.
const PAUSE_MS = 1_000;
// Wall time may be set, or go on while the machine sleeps.
const WAIT_MS_MAX = 60_000;
// Looked at without a pause: about a millisecond.
const LOOKS_AT_ONCE = 32_768;
// To tell of one takes as long as to look at so many.
const LOOKS_OF_TELLING = 64;

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
    const nowMs = this.#options.clock.now();
    for (const namespace of this.#options.namespaces()) this.#wait(namespace, nowMs);
    this.#arm();
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
    this.#wait(namespace, this.#options.clock.now());
    this.#arm();
  }

  /** To be called when a fact was put: it may begin or end sooner than any other. */
  put(row: FactRow): void {
    if (!this.#isWatched) return;
    const waiting = this.#waiting.get(row.namespace);
    if (waiting === undefined) return;
    const course = { ...row, endsMs: endsMsOf(row) };
    const nowMs = this.#options.clock.now();
    // The clock may have been set back.
    waiting.sinceMs = Math.min(waiting.sinceMs, nowMs);
    const nextMs = nextMomentOf(course, nowMs);
    if (nextMs >= waiting.nextMs) return;
    waiting.nextMs = nextMs;
    this.#arm();
  }

  // It is looked through at the next opportunity, which tells nothing.
  #wait(namespace: string, nowMs: number): void {
    this.#waiting.set(namespace, { sinceMs: nowMs, nextMs: nowMs });
  }

  #arm(): void {
    if (!this.#isWatched || this.#looking !== undefined) return;
    let nextMs = Infinity;
    for (const waiting of this.#waiting.values()) nextMs = Math.min(nextMs, waiting.nextMs);
    if (nextMs === Infinity) return;
    const nowMs = this.#options.clock.now();
    // The clock may have been set back since.
    const pausedUntilMs = Math.min(this.#pausedUntilMs, nowMs + PAUSE_MS);
    const dueMs = Math.min(Math.max(nextMs, pausedUntilMs), nowMs + WAIT_MS_MAX);
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
    const { clock, tableOf, tell } = this.#options;
    const nowMs = clock.now();
    let looks = 0;
    for (const [namespace, { sinceMs, nextMs }] of [...this.#waiting]) {
      // Where the clock was set back, what is to come is looked for again.
      if (nextMs > nowMs && sinceMs <= nowMs) continue;
      const table = tableOf(namespace);
      this.#waiting.delete(namespace);
      if (table === undefined) continue;
      // Facts that are put meanwhile make it earlier.
      const waiting = { sinceMs: nowMs, nextMs: Infinity };
      this.#waiting.set(namespace, waiting);
      for (let slot = 0; slot < table.length; slot++) {
        if (looks++ >= LOOKS_AT_ONCE) {
          looks = 0;
          yield;
        }
        if (!this.#isWatched) return;
        if (!table.isUsed(slot)) continue;
        const course = courseOf(slot, table);
        // What was stored since then was told when it was.
        const toldMs = Math.max(sinceMs, course.recordedMs);
        if (nextMomentOf(course, toldMs) <= nowMs) {
          tell(namespace, table.id(slot));
          looks += LOOKS_OF_TELLING;
        }
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

function courseOf(slot: number, { validFromMs, recordedMs, endsMs }: FactTable): Course {
  return {
    validFromMs: validFromMs[slot] ?? 0,
    recordedMs: recordedMs[slot] ?? 0,
    endsMs: endsMs[slot] ?? Infinity,
  };
}

// When a fact begins or ends next, after a time; Infinity: it does neither.
function nextMomentOf({ validFromMs, recordedMs, endsMs }: Course, afterMs: number): number {
  // What ends before it begins never holds.
  if (endsMs <= validFromMs) return Infinity;
  // One that counts from when it was stored was there at once.
  if (validFromMs > afterMs && validFromMs !== recordedMs) return validFromMs;
  return endsMs > afterMs ? endsMs : Infinity;
}
