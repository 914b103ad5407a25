// The facts of a namespace from the newest on, for whoever asks without a question. What is not wanted is
// passed over by blocks: where a fact is superseded again and again, nearly all of the newest have ended.

import { FACT_KINDS, type FactKind } from "../fact.ts";
import { type SlotBlock, SlotOrder } from "./_slot_order.ts";
import type { FactTable } from "./fact_table.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

/** What is wanted of the newest facts; of what is not, most is left out. */
export interface RecentLookup {
  /** Not those that have ended by then. */
  readonly endedMs?: number;
  /** Only those that became true before. */
  readonly untilMs?: number;
  /** Only these. */
  readonly kinds?: readonly FactKind[];
}

// What is known of the facts of a block.
interface BlockNote {
  readonly latestEndMs: number;
  readonly kindBits: number;
}

type Block = SlotBlock<BlockNote>;

const ALL_KINDS = -1;

/** Slots by the time at which their facts became true. */
export class RecentFacts {
  readonly #table: FactTable;
  readonly #order: SlotOrder<BlockNote>;

  constructor(table: FactTable) {
    this.#table = table;
    // Read from its end on.
    this.#order = new SlotOrder((a, b) => this.compareNewestFirst(b, a));
  }

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#table.facts * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** The newest first, and of the same time those with lower ids; below 0 when `a` comes first. */
  compareNewestFirst(a: number, b: number): number {
    const { validFromMs } = this.#table;
    return (validFromMs[b] ?? 0) - (validFromMs[a] ?? 0) ||
      (this.#table.id(a) < this.#table.id(b) ? -1 : 1);
  }

  /** Takes in a fact that is in the table. */
  add(slot: number): void {
    this.#order.insert(slot);
  }

  /** Takes a fact out, before it leaves the table. */
  remove(slot: number): void {
    this.#order.remove(slot);
  }

  /** To be called when the end of a fact has changed. */
  changed(slot: number): void {
    const block = this.#order.blockOf(slot);
    if (block !== undefined) block.noted = undefined;
  }

  /** The facts from the newest on, by `validFromMs` and then by id. */
  *newestFirst(
    { endedMs = -Infinity, untilMs = Infinity, kinds }: RecentLookup = {},
  ): Iterable<number> {
    const { blocks } = this.#order;
    const wanted = kinds?.reduce((bits, kind) => bits | 1 << FACT_KINDS.indexOf(kind), 0) ??
      ALL_KINDS;
    for (let at = this.#blocksBefore(untilMs) - 1; at >= 0; at--) {
      const block = blocks[at];
      if (block === undefined) continue;
      const { latestEndMs, kindBits } = block.noted ??= this.#noteOf(block);
      if (latestEndMs <= endedMs || (kindBits & wanted) === 0) continue;
      for (let place = block.length - 1; place >= 0; place--) yield block.slots[place] ?? 0;
    }
  }

  /** Writes everything to a snapshot. */
  save(out: FieldWriter): void {
    this.#order.save(out);
  }

  /** Takes over what `save` wrote. */
  load(from: FieldReader): void {
    this.#order.load(from);
  }

  // How many of the first blocks begin before that time.
  #blocksBefore(untilMs: number): number {
    const { blocks } = this.#order;
    let low = 0;
    let high = untilMs === Infinity ? 0 : blocks.length;
    if (high === 0) return blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = blocks[middle]?.slots[0] ?? 0;
      if ((this.#table.validFromMs[first] ?? 0) < untilMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #noteOf({ slots, length }: Block): BlockNote {
    const { endsMs } = this.#table;
    let latestEndMs = -Infinity;
    let kindBits = 0;
    for (let place = 0; place < length; place++) {
      const slot = slots[place] ?? 0;
      latestEndMs = Math.max(latestEndMs, endsMs[slot] ?? 0);
      kindBits |= this.#table.kindBit(slot);
    }
    return { latestEndMs, kindBits };
  }
}
