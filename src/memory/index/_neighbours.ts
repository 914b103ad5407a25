// What was said next to what: facts of one source in the order in which they were stored, or, of facts
// without a source, those that one client of one principal stored within a minute. The order is that
// of time and id, never that of loading, so it is the same after every restart.

import type { Steps } from "../../base/in_turns.ts";
import type { FactTable } from "./fact_table.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";
import type { FactRow } from "../store.ts";
import { SlotOrder } from "./_slot_order.ts";
import { widened } from "./_widened.ts";

/** A fact near another one. */
export interface Neighbour {
  readonly slot: number;
  /** 1 is next to it. */
  readonly distance: number;
}

interface Chain {
  readonly order: SlotOrder;
  readonly isBurst: boolean;
}

/** An agent that stores several facts at once does so within seconds; a minute leaves room. */
const BURST_MS = 60_000;
const DISTANCE_MAX = 2;
const NO_CHAIN = -1;
// Chains that are loaded without a pause: about a millisecond.
const CHAINS_AT_ONCE = 1_024;
const START_SLOTS = 16;
// Of each fact: the number of its chain, and its place there.
const FACT_BYTES = 8;

/** Neighbours of all facts of one namespace. */
export class Neighbours {
  readonly #table: FactTable;
  readonly #chains: Chain[] = [];
  readonly #numbers = new Map<string, number>();
  // By slot.
  #chainOf = new Int32Array(START_SLOTS).fill(NO_CHAIN);

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
    if (slot >= this.#chainOf.length) {
      const length = Math.max(slot + 1, 2 * this.#chainOf.length);
      this.#chainOf = widened(this.#chainOf, new Int32Array(length).fill(NO_CHAIN));
    }
    const key = chainKey(row);
    if (key === undefined) return;
    const number = this.#numbers.get(key) ?? this.#newChain(key, row.source === undefined);
    this.#chainOf[slot] = number;
    this.#chains[number]?.order.insert(slot);
  }

  /** Writes everything to a snapshot. */
  *save(out: FieldWriter): Steps<void> {
    out.column(this.#chainOf);
    yield* out.texts([...this.#numbers.keys()]);
    out.column(Uint8Array.from(this.#chains, ({ isBurst }) => Number(isBurst)));
    const lengths = Uint32Array.from(this.#chains, ({ order }) => order.length);
    out.column(lengths);
    const all = new Uint32Array(lengths.reduce((sum, length) => sum + length, 0));
    let end = 0;
    for (const [number, { order }] of this.#chains.entries()) {
      if (number % CHAINS_AT_ONCE === 0) yield;
      all.set(order.toColumn(), end);
      end += lengths[number] ?? 0;
    }
    out.column(all);
  }

  /** Takes over what `save` wrote; to be called on new ones. */
  *load(from: FieldReader): Steps<void> {
    this.#chainOf = from.column(Int32Array);
    const keys = yield* from.texts();
    const areBursts = from.column(Uint8Array);
    const lengths = from.column(Uint32Array);
    const slots = from.column(Uint32Array);
    let end = 0;
    for (const [number, key] of keys.entries()) {
      if (number % CHAINS_AT_ONCE === 0) yield;
      const start = end;
      end += lengths[number] ?? 0;
      this.#newChain(key, areBursts[number] === 1);
      this.#chains[number]?.order.takeColumn(slots.subarray(start, end));
    }
  }

  /** Takes a fact out, before it leaves the table. */
  remove(slot: number): void {
    this.#chains[this.#chainOf[slot] ?? NO_CHAIN]?.order.remove(slot);
    this.#chainOf[slot] = NO_CHAIN;
  }

  /** Up to two facts before and two after, nearest first, the earlier one before the later one. */
  of(slot: number): readonly Neighbour[] {
    const chain = this.#chains[this.#chainOf[slot] ?? NO_CHAIN];
    if (chain === undefined) return [];
    const { before, after } = chain.order.beside(slot, DISTANCE_MAX);
    const found: Neighbour[] = [];
    for (let distance = 1; distance <= DISTANCE_MAX; distance++) {
      for (const other of [before[distance - 1], after[distance - 1]]) {
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
    this.#chains.push({ order: new SlotOrder((a, b) => this.#compare(a, b)), isBurst });
    this.#numbers.set(key, number);
    return number;
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
