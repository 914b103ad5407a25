import assert from "node:assert/strict";
import { IdTable } from "../../../src/memory/index/_id_table.ts";
import { TextColumn } from "../../../src/memory/index/_text_column.ts";
import { RandomFacts } from "../_random_facts.ts";

for (const seed of [8, Math.floor(Math.random() * 2 ** 31)]) {
  Deno.test(`IdTable finds what a map finds over adds and removals, seed ${seed}`, () => {
    const random = new RandomFacts(seed);
    const table = new IdTable();
    const ids = new TextColumn();
    const model = new Map<string, number>();
    for (let step = 0; step < 20_000; step++) {
      const id = `id${random.below(3_000)}`;
      const slot = model.get(id);
      assert.equal(table.find(id, ids), slot);
      if (slot === undefined) {
        ids.push(id);
        model.set(id, ids.length - 1);
        table.add(ids.length - 1, ids);
      } else if (random.below(3) === 0) {
        table.remove(id, ids);
        table.remove(id, ids);
        model.delete(id);
      }
    }
    for (let number = 0; number < 3_000; number++) {
      assert.equal(table.find(`id${number}`, ids), model.get(`id${number}`));
    }
    assert.ok(table.bytes < 3_000 * 64, `${table.bytes} bytes`);
  });
}

Deno.test("IdTable keeps an id that came back after it was removed", () => {
  const ids = new TextColumn();
  for (const id of ["a", "b", "a"]) ids.push(id);
  const table = new IdTable();
  table.add(0, ids);
  table.add(1, ids);
  table.remove("a", ids);
  assert.equal(table.find("a", ids), undefined);
  table.add(2, ids);
  assert.equal(table.find("a", ids), 2);
  assert.equal(table.find("b", ids), 1);
});
