import assert from "node:assert/strict";
import { createIdMaker, createSecretId, isMadeId } from "../../src/base/ids.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("createIdMaker() sorts by time and counts up within one millisecond", () => {
  const clock = new FakeClock();
  const newId = createIdMaker(clock);
  const ids = Array.from({ length: 2_000 }, () => newId());
  clock.advance(1);
  ids.push(newId());
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
});

Deno.test("createIdMaker() stays unique when the clock steps back", () => {
  const clock = new FakeClock(10_000);
  const newId = createIdMaker(clock);
  const first = newId();
  clock.advance(-5_000);
  const second = newId();
  assert.ok(second > first);
});

Deno.test("createSecretId() gives 192 bits of visible ASCII without padding", () => {
  const id = createSecretId();
  assert.match(id, /^[A-Za-z0-9_-]{32}$/);
  assert.notEqual(id, createSecretId());
});

Deno.test("isMadeId() knows the ids of a maker from what people write", () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  assert.equal(isMadeId(createIdMaker(clock)()), true);
  const made = createIdMaker(clock)();
  for (
    const other of [
      "",
      "deploy-key",
      made.slice(1),
      `${made}0`,
      made.toUpperCase(),
      made.replace(/.$/, "l"),
      // A time that no id was made at, before and after.
      made.replace(/^./, "0"),
      made.replace(/^./, "z"),
    ]
  ) assert.equal(isMadeId(other), false, other);
});
