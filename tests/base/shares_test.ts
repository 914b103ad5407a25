import assert from "node:assert/strict";
import { Shares } from "../../src/base/shares.ts";

Deno.test("take() refuses what would be more than a share, and takes nothing then", () => {
  let refused = 0;
  const shares = new Shares({ most: 3, onFull: () => refused++ });
  assert.equal(shares.take("a", 2), true);
  assert.equal(shares.take("a", 2), false);
  assert.equal(shares.take("a"), true);
  assert.equal(shares.take("a"), false);
  assert.equal(shares.take("b", 3), true);
  assert.equal(refused, 2);
});

Deno.test("release() makes room again and forgets who holds nothing", () => {
  const shares = new Shares({ most: 2 });
  shares.take("a", 2);
  shares.release("a");
  assert.equal(shares.take("a", 2), false);
  assert.equal(shares.size, 1);
  assert.equal(shares.take("a"), true);
  shares.release("a", 2);
  assert.equal(shares.size, 0);
});

Deno.test("Shares remembers no name that was refused", () => {
  const shares = new Shares({ most: 1 });
  for (let each = 0; each < 1_000; each++) assert.equal(shares.take(`name ${each}`, 2), false);
  assert.equal(shares.size, 0);
});
