import assert from "node:assert/strict";
import { RecentMap } from "../../src/base/recent_map.ts";

Deno.test("get() gives what was written last under that name", () => {
  const map = new RecentMap<number>(4);
  map.set("a", 1);
  map.set("a", 2);
  assert.equal(map.get("a"), 2);
  assert.equal(map.get("b"), undefined);
});

Deno.test("set() forgets what was not written lately, and never keeps more than the bound", () => {
  const map = new RecentMap<number>(4);
  for (const [at, name] of ["a", "b", "c", "d"].entries()) map.set(name, at);
  assert.equal(map.get("a"), 0);
  map.set("a", 4);
  assert.equal(map.get("a"), 4);
  assert.equal(map.get("b"), undefined);
  assert.equal(map.get("d"), 3);
  for (let each = 0; each < 1_000; each++) {
    map.set(`name ${each}`, each);
    assert.ok(map.size <= 4);
  }
});

Deno.test("set() writes a name anew without a place of its own", () => {
  const map = new RecentMap<number>(4);
  map.set("a", 1);
  for (let each = 0; each < 100; each++) map.set("b", each);
  assert.equal(map.get("a"), 1);
});
