import assert from "node:assert/strict";
import { nextTurn } from "../../src/base/clock.ts";

Deno.test("nextTurn() comes after what was due, timers included", async () => {
  const order: string[] = [];
  setTimeout(() => order.push("timer"), 0);
  setImmediate(() => order.push("immediate"));
  await nextTurn();
  assert.deepEqual(order.toSorted(), ["immediate", "timer"]);
});
