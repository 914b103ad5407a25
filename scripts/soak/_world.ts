// What all clients of a soak share: the server as it is now, what they were told, what they did, and what
// was wrong. The server may be stopped for a while; clients wait at the gate until it is back.

import { Ledger } from "../ledger/ledger.ts";

/** What a client does, in the order of the table. */
export const DEEDS = [
  ...["write", "supersede", "erase", "skill", "query", "read", "plan"],
  ...["mounted call", "task", "update told", "update resumed", "dropped write", "dropped call"],
  ...["dropped stream", "half request", "session ended", "stranger refused"],
] as const;

/** Something that a client did, with the answer that it had to have. */
export type Deed = (typeof DEEDS)[number];

// More of the same tells nothing new.
const PROBLEMS_MAX = 20;
const QUIET_MS_MAX = 60_000;

/** One run. */
export class World {
  readonly ledger = new Ledger();
  readonly problems: string[] = [];
  readonly #deeds = new Map<Deed, number>();
  #url: string | undefined;
  #gate = Promise.withResolvers<void>();
  #inside = 0;
  #onQuiet: (() => void) | undefined;
  #isOver = false;
  /** Counts servers: what failed while the number changed was the fault of nobody. */
  generation = 0;

  /** Whether clients are to leave. */
  get isOver(): boolean {
    return this.#isOver || this.problems.length >= PROBLEMS_MAX;
  }

  /** Lets clients in, to a server. */
  open(url: string): void {
    this.#url = url;
    this.#gate.resolve();
  }

  /** Lets nobody in any more, and says whether all who were inside came out in time. */
  async close(): Promise<boolean> {
    this.shut();
    if (this.#inside === 0) return true;
    const quiet = Promise.withResolvers<boolean>();
    this.#onQuiet = () => quiet.resolve(true);
    const timer = setTimeout(() => quiet.resolve(false), QUIET_MS_MAX);
    const isQuiet = await quiet.promise;
    clearTimeout(timer);
    this.#onQuiet = undefined;
    return isQuiet;
  }

  /** Lets nobody in any more. */
  shut(): void {
    if (this.#url === undefined) return;
    this.#url = undefined;
    this.#gate = Promise.withResolvers();
  }

  /** Has all clients leave. */
  end(): void {
    this.#isOver = true;
    this.#gate.resolve();
  }

  /** Waits for the server; gives its URL, or undefined when all is over. `leave` has to follow. */
  async enter(): Promise<string | undefined> {
    while (this.#url === undefined && !this.isOver) await this.#gate.promise;
    if (this.isOver) return undefined;
    this.#inside++;
    return this.#url;
  }

  /** To be called when what a client did is over. */
  leave(): void {
    this.#inside--;
    if (this.#inside === 0) this.#onQuiet?.();
  }

  /** Counts something that was done and answered rightly. */
  did(deed: Deed): void {
    this.#deeds.set(deed, this.times(deed) + 1);
  }

  /** How often that was done. */
  times(deed: Deed): number {
    return this.#deeds.get(deed) ?? 0;
  }

  /** Notes what must not be. */
  wrong(what: string): void {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push(what);
  }
}
