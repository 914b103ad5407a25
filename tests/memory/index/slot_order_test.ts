import assert from "node:assert/strict";
import { SlotOrder } from "../../../src/memory/index/_slot_order.ts";
import { seededRandom, testSeed } from "../../helpers/seeded_random.ts";

const SLOTS = 3_000;

function slotsIn(order: SlotOrder): readonly number[] {
  return order.blocks.flatMap(({ slots, length }) => [...slots.subarray(0, length)]);
}

Deno.test("SlotOrder keeps what a sorted list keeps, over random changes and a snapshot", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const keys = Array.from({ length: SLOTS }, (_, slot) => random(4) === 0 ? random(50) : slot);
  const compare = (a: number, b: number) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b;
  let order = new SlotOrder(compare);
  const wanted = new Set<number>();
  const check = (what: string) => {
    const sorted = [...wanted].sort(compare);
    assert.deepEqual(slotsIn(order), sorted, `seed ${seed}, ${what}`);
    assert.equal(order.length, sorted.length);
    for (const place of [0, 1, Math.floor(sorted.length / 2), sorted.length - 1]) {
      const slot = sorted[place];
      if (slot === undefined) continue;
      assert.deepEqual(order.beside(slot, 3), {
        before: sorted.slice(Math.max(0, place - 3), place).reverse(),
        after: sorted.slice(place + 1, place + 4),
      }, `seed ${seed}, ${what}`);
    }
  };
  // Grows, stays as large, and shrinks to nothing.
  for (const [phase, removalsOfTen] of [["grows", 2], ["stays", 5], ["shrinks", 9]] as const) {
    for (let step = 0; step < SLOTS; step++) {
      const slot = random(SLOTS);
      const isRemoval = random(10) < removalsOfTen;
      if (isRemoval) {
        const present = [...wanted][random(Math.max(1, wanted.size))] ?? slot;
        order.remove(present);
        wanted.delete(present);
      } else if (!wanted.has(slot)) {
        order.insert(slot);
        wanted.add(slot);
      }
      if (step % 500 === 0) check(`${phase} ${step}`);
    }
    const read = new SlotOrder(compare);
    read.takeColumn(order.toColumn());
    order = read;
    check(phase);
  }
  for (const slot of [...wanted]) order.remove(slot);
  wanted.clear();
  check("empty");
  assert.deepEqual(order.blocks, []);
});

Deno.test("SlotOrder forgets what was noted of a block that changes, and of no other", () => {
  const order = new SlotOrder<number>((a, b) => a - b);
  for (let slot = 0; slot < 2_000; slot += 2) order.insert(slot);
  assert.ok(order.blocks.length > 2);
  const note = () => order.blocks.forEach((block) => block.noted = 1);
  const forgotten = () => order.blocks.filter(({ noted }) => noted === undefined).length;
  note();
  order.remove(4);
  assert.equal(forgotten(), 1);
  note();
  order.insert(1_001);
  assert.ok(forgotten() >= 1 && forgotten() <= 2);
  assert.equal(order.blockOf(1_001)?.noted, undefined);
  note();
  order.insert(1_003);
  assert.equal(forgotten(), 1);
  note();
  order.insert(5_000);
  assert.equal(forgotten(), 1);
});
