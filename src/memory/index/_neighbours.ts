// What was said next to what: facts of one source in the order in which they were stored, or, of facts
// without a source, those that one client of one principal stored within a minute. The order is that
// of time and id, never that of loading, so it is the same after every restart.

import type { Steps } from "../../base/in_turns.ts";
import type { FactTable } from "./fact_table.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";
import type { FactRow } from "../store.ts";

/** A fact near another one. */
export interface Neighbour {
  readonly slot: number;
  /** 1 is next to it. */
  readonly distance: number;
}

interface Chain {
  readonly slots: number[];
  /** Rows come in order but for those that changed, after a restart; sorted when it is asked. */
  isSorted: boolean;
  readonly isBurst: boolean;
}

/** An agent that stores several facts at once does so within seconds; a minute leaves room. */
const BURST_MS = 60_000;
const DISTANCE_MAX = 2;
const NO_CHAIN = -1;
// Chains that are loaded without a pause: about a millisecond.
const CHAINS_AT_ONCE = 1_024;
const SLOTS_AT_ONCE = 65_536;
// A number and an entry of an array for each fact, roughly.
const FACT_BYTES = 16;

/** Neighbours of all facts of one namespace. */
export class Neighbours {
  readonly #table: FactTable;
  readonly #chains: Chain[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #chainOf: number[] = [];

  constructor(table: FactTable) {
    this.#table = table;
  }

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#chainOf.length * FACT_BYTES;
  }

  /** True when some fact may have neighbours. */
  get hasChains(): boolean {
    return this.#chains.length > 0;
  }

  /** Takes in the fact of the next slot. */
  add(slot: number, row: FactRow): void {
    const key = chainKey(row);
    if (key === undefined) {
      this.#chainOf[slot] = NO_CHAIN;
      return;
    }
    const number = this.#numbers.get(key) ?? this.#newChain(key, row.source === undefined);
    this.#chainOf[slot] = number;
    const chain = this.#chains[number];
    if (chain === undefined) return;
    const last = chain.slots.at(-1);
    if (last !== undefined && this.#compare(last, slot) > 0) chain.isSorted = false;
    chain.slots.push(slot);
  }

  /** Writes everything to a snapshot. */
  *save(out: FieldWriter): Steps<void> {
    out.column(Int32Array.from(this.#chainOf));
    yield* out.texts([...this.#numbers.keys()]);
    out.column(Uint8Array.from(this.#chains, ({ isBurst }) => Number(isBurst)));
    out.column(Uint8Array.from(this.#chains, ({ isSorted }) => Number(isSorted)));
    out.column(Uint32Array.from(this.#chains, ({ slots }) => slots.length));
    yield;
    const all = new Uint32Array(this.#chains.reduce((sum, { slots }) => sum + slots.length, 0));
    let end = 0;
    for (const { slots } of this.#chains) {
      all.set(slots, end);
      end += slots.length;
    }
    out.column(all);
  }

  /** Takes over what `save` wrote; to be called on new ones. */
  *load(from: FieldReader): Steps<void> {
    const chainOf = from.column(Int32Array);
    for (let slot = 0; slot < chainOf.length; slot++) {
      this.#chainOf.push(chainOf[slot] ?? NO_CHAIN);
      if (slot % SLOTS_AT_ONCE === 0) yield;
    }
    const keys = yield* from.texts();
    const areBursts = from.column(Uint8Array);
    const areSorted = from.column(Uint8Array);
    const lengths = from.column(Uint32Array);
    const slots = from.column(Uint32Array);
    let end = 0;
    for (const [number, key] of keys.entries()) {
      if (number % CHAINS_AT_ONCE === 0) yield;
      const start = end;
      end += lengths[number] ?? 0;
      this.#numbers.set(key, number);
      this.#chains.push({
        slots: [...slots.subarray(start, end)],
        isSorted: areSorted[number] === 1,
        isBurst: areBursts[number] === 1,
      });
    }
  }

  /** Takes a fact out, before it leaves the table. */
  remove(slot: number): void {
    const chain = this.#chains[this.#chainOf[slot] ?? NO_CHAIN];
    this.#chainOf[slot] = NO_CHAIN;
    if (chain === undefined) return;
    const at = chain.isSorted ? this.#placeOf(chain, slot) : chain.slots.indexOf(slot);
    chain.slots.splice(at, 1);
  }

  /** Up to two facts before and two after, nearest first, the earlier one before the later one. */
  of(slot: number): readonly Neighbour[] {
    const chain = this.#chains[this.#chainOf[slot] ?? NO_CHAIN];
    if (chain === undefined || chain.slots.length < 2) return [];
    if (!chain.isSorted) {
      chain.slots.sort((a, b) => this.#compare(a, b));
      chain.isSorted = true;
    }
    const place = this.#placeOf(chain, slot);
    const found: Neighbour[] = [];
    for (let distance = 1; distance <= DISTANCE_MAX; distance++) {
      for (const at of [place - distance, place + distance]) {
        const other = chain.slots[at];
        if (other === undefined) continue;
        if (!chain.isBurst || this.#apartMs(slot, other) <= BURST_MS) {
          found.push({ slot: other, distance });
        }
      }
    }
    return found;
  }

  #newChain(key: string, isBurst: boolean): number {
    const number = this.#chains.length;
    this.#chains.push({ slots: [], isSorted: true, isBurst });
    this.#numbers.set(key, number);
    return number;
  }

  #placeOf(chain: Chain, slot: number): number {
    let low = 0;
    let high = chain.slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(chain.slots[middle] ?? 0, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(a: number, b: number): number {
    const { recordedMs } = this.#table;
    const apart = (recordedMs[a] ?? 0) - (recordedMs[b] ?? 0);
    if (apart !== 0 || a === b) return apart;
    return this.#table.id(a) < this.#table.id(b) ? -1 : 1;
  }

  #apartMs(a: number, b: number): number {
    const { recordedMs } = this.#table;
    return Math.abs((recordedMs[a] ?? 0) - (recordedMs[b] ?? 0));
  }
}

function chainKey({ source, principal, client }: FactRow): string | undefined {
  if (source !== undefined) return `source\n${source}`;
  if (client === undefined) return undefined;
  return `client\n${principal ?? ""}\n${client}`;
}
