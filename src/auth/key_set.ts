// The keys of an identity provider as they are kept between its answers. Owns the port behind which they
// are fetched. They are asked for when a token needs them, at most once a minute, however many tokens of
// however many unknown keys come; who waits for the same answer shares it.

import type { Clock } from "../base/clock.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import type { Algorithm, KeySetReading, VerifyingKey } from "./verifying_keys.ts";

/** Where the keys come from. */
export interface KeySource {
  /** Fetches them; never rejects, and ends by itself within a bounded time. */
  fetch(): Promise<FetchedKeys>;
  /** Ends a fetch that is under way. */
  close(): void;
}

/** What a fetch brought. */
export type FetchedKeys =
  | ({ readonly kind: "keys" } & KeySetReading)
  /** Why it brought nothing, for the log. */
  | { readonly kind: "failed"; readonly why: string };

/** What a token says of the key that it was signed with. */
export interface WantedKey {
  readonly algorithm: Algorithm;
  /** Undefined: the only key for that algorithm. */
  readonly id: string | undefined;
}

/** What was found for a token. */
export type KeyFinding =
  | { readonly kind: "key"; readonly key: VerifyingKey }
  | { readonly kind: "unknown" }
  /** Nothing is known of the keys: none were fetched, or too long ago. */
  | { readonly kind: "unavailable" };

/** What a key set is made of. */
export interface KeySetOptions {
  readonly source: KeySource;
  readonly clock: Clock;
  /** Is told of each fetch. */
  readonly onFetched: (fetched: FetchedKeys) => void;
}

/** From one fetch to the next at least, so that nobody floods the identity provider through us. */
const PAUSE_MS = 60_000;
/** Older keys are used, and fetched again beside. A key that was withdrawn is good for so long. */
const FRESH_MS = 10 * 60_000;
/** Older keys are not used: so long an identity provider may be away. */
const USABLE_MS = 60 * 60_000;

const UNKNOWN: KeyFinding = { kind: "unknown" };
const UNAVAILABLE: KeyFinding = { kind: "unavailable" };

/** The keys of one identity provider. */
export class KeySet {
  readonly #options: KeySetOptions;
  #keys: readonly VerifyingKey[] = [];
  #fetchedMs = -Infinity;
  #triedMs = -Infinity;
  #running: Promise<void> | undefined;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /** The key of a token; at once if it is here. Never rejects. */
  find(wanted: WantedKey): Eventually<KeyFinding> {
    const found = this.#lookUp(wanted);
    if (found.kind === "key") {
      if (this.#ageMs >= FRESH_MS) void this.#refresh();
      return found;
    }
    return whenReady(this.#refresh(), () => this.#lookUp(wanted));
  }

  /** Ends a fetch that is under way. */
  close(): void {
    this.#options.source.close();
  }

  get #ageMs(): number {
    return this.#options.clock.monotonicMs() - this.#fetchedMs;
  }

  #lookUp({ algorithm, id }: WantedKey): KeyFinding {
    if (this.#ageMs >= USABLE_MS) return UNAVAILABLE;
    const found = this.#keys.filter((key) =>
      key.algorithm === algorithm && (id === undefined || key.id === id)
    );
    const [key] = found;
    return key === undefined || found.length > 1 ? UNKNOWN : { kind: "key", key };
  }

  /** Fetches, or waits for the fetch that runs; nothing so soon after the last one. */
  #refresh(): Eventually<void> {
    if (this.#running !== undefined) return this.#running;
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#triedMs < PAUSE_MS) return;
    this.#triedMs = nowMs;
    this.#running = this.#fetch().finally(() => this.#running = undefined);
    return this.#running;
  }

  async #fetch(): Promise<void> {
    const { source, clock, onFetched } = this.#options;
    const fetched = await source.fetch();
    if (fetched.kind === "keys") {
      this.#keys = fetched.keys.map((key) => this.#keys.find((kept) => isSame(kept, key)) ?? key);
      this.#fetchedMs = clock.monotonicMs();
    }
    onFetched(fetched);
  }
}

// A key that is still there stays the same object, by which tokens that were checked with it know it.
function isSame(kept: VerifyingKey, key: VerifyingKey): boolean {
  return kept.id === key.id && kept.text === key.text;
}
