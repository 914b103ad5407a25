// The facts of a namespace from the newest on, for whoever asks without a question. What has ended is
// passed over by blocks: where a fact is superseded again and again, nearly all of the newest have ended.

import { type SlotBlock, SlotOrder } from "./_slot_order.ts";
import type { FactTable } from "./fact_table.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

/** Slots by the time at which their facts became true. */
export class RecentFacts {
  readonly #table: FactTable;
  readonly #order: SlotOrder;

  constructor(table: FactTable) {
    this.#table = table;
    // Read from its end on: the newest first, and of the same time those with lower ids.
    this.#order = new SlotOrder((a, b) =>
      (table.validFromMs[a] ?? 0) - (table.validFromMs[b] ?? 0) ||
      (table.id(a) > table.id(b) ? -1 : 1)
    );
  }

  /** Bytes held, roughly. */
  get bytes(): number {
    return this.#table.facts * Uint32Array.BYTES_PER_ELEMENT;
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

  /**
   * All facts from the newest on, by `validFromMs` and then by id; without most of those that have ended
   * by `endedMs`.
   */
  *newestFirst(endedMs = -Infinity): Iterable<number> {
    const { blocks } = this.#order;
    for (let at = blocks.length - 1; at >= 0; at--) {
      const block = blocks[at];
      if (block === undefined || this.#latestEndMs(block) <= endedMs) continue;
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

  #latestEndMs(block: SlotBlock): number {
    if (block.noted !== undefined) return block.noted;
    const { endsMs } = this.#table;
    let latest = -Infinity;
    for (let place = 0; place < block.length && latest < Infinity; place++) {
      latest = Math.max(latest, endsMs[block.slots[place] ?? 0] ?? 0);
    }
    block.noted = latest;
    return latest;
  }
}
