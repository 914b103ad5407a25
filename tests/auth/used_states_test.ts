// The promises of the port, of both that keep them.

import assert from "node:assert/strict";
import { join } from "node:path";
import type { Clock } from "../../src/base/clock.ts";
import type { UsedStates } from "../../src/auth/used_states.ts";
import { createSqliteUsedStates } from "../../src/storage/sqlite_used_states.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { UsedStateMap } from "../helpers/used_state_map.ts";
import { tempHome } from "../helpers/temp_home.ts";

type Open = (clock: Clock, most: number) => UsedStates;

/** Runs a test on each kind. */
function testEach(name: string, test: (open: Open, clock: FakeClock) => void): void {
  Deno.test(`${name} (in memory)`, () => {
    test((clock, most) => new UsedStateMap(clock, most), new FakeClock());
  });
  Deno.test(`${name} (in a file)`, () => {
    using home = tempHome();
    using opened = new DisposableStack();
    const path = join(home.path, "used_states.db");
    test((clock, most) => {
      const states = createSqliteUsedStates({ path, clock, most });
      opened.defer(() => states.close());
      return states;
    }, new FakeClock());
  });
}

testEach("use() takes a state once", (open, clock) => {
  const used = open(clock, 10);
  assert.equal(used.use("a", clock.now() + 1_000), "first");
  assert.equal(used.use("a", clock.now() + 1_000), "used");
  assert.equal(used.use("b", clock.now() + 1_000), "first");
});

testEach(
  "use() refuses what it could not remember, and forgets only what has expired",
  (open, clock) => {
    const used = open(clock, 2);
    assert.equal(used.use("a", clock.now() + 1_000), "first");
    assert.equal(used.use("b", clock.now() + 3_000), "first");
    assert.equal(used.use("c", clock.now() + 3_000), "full");
    clock.advance(2_000);
    assert.equal(used.use("c", clock.now() + 3_000), "first");
    assert.equal(used.use("b", clock.now() + 3_000), "used");
    assert.equal(used.use("d", clock.now() + 3_000), "full");
  },
);

Deno.test("use() knows what another process, or an earlier one, has used", () => {
  using home = tempHome();
  const clock = new FakeClock();
  const open = () =>
    createSqliteUsedStates({ path: join(home.path, "used_states.db"), clock, most: 10 });
  const one = open();
  assert.equal(one.use("a", clock.now() + 1_000), "first");
  const other = open();
  assert.equal(other.use("a", clock.now() + 1_000), "used");
  assert.equal(other.use("b", clock.now() + 1_000), "first");
  one.close();
  other.close();
  const later = open();
  assert.equal(later.use("b", clock.now() + 1_000), "used");
  later.close();
});
