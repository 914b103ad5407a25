// The keys of a fake identity provider behind the port that the key set owns: a test says what comes,
// and when.

import type { FetchedKeys, KeySource } from "../../src/auth/key_set.ts";
import { readKeySet } from "../../src/auth/verifying_keys.ts";
import { type IssuerKey, keySetOf } from "./fake_issuer.ts";

/** A source that a test holds in its hand. */
export interface TestKeySource extends KeySource {
  /** How often it was asked. */
  readonly fetches: number;
  /** What it answers from now on; undefined: it fails. */
  offer(...keys: readonly IssuerKey[]): void;
  fail(): void;
  /** Keeps its answers back; what is given back lets them go. */
  hold(): () => void;
}

/** A source of those keys. */
export function keySource(...first: readonly IssuerKey[]): TestKeySource {
  let offered: readonly IssuerKey[] | undefined = first;
  let held: Promise<void> | undefined;
  let fetches = 0;
  return {
    get fetches() {
      return fetches;
    },
    offer: (...keys) => void (offered = keys),
    fail: () => void (offered = undefined),
    hold() {
      const gate = Promise.withResolvers<void>();
      held = gate.promise;
      return () => {
        held = undefined;
        gate.resolve();
      };
    },
    async fetch(): Promise<FetchedKeys> {
      fetches++;
      await held;
      if (offered === undefined) return { kind: "failed", why: "It is down" };
      const reading = await readKeySet(keySetOf(...offered), 100);
      return reading === undefined
        ? { kind: "failed", why: "It sent no key set" }
        : { kind: "keys", ...reading };
    },
    close() {},
  };
}
