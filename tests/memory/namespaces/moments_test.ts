// The look for facts that begin or end, over many namespaces.

import assert from "node:assert/strict";
import { FactTable } from "../../../src/memory/index/fact_table.ts";
import { Moments } from "../../../src/memory/namespaces/_moments.ts";
import type { FactRow } from "../../../src/memory/store.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { tickingClock } from "../../helpers/ticking_clock.ts";

const ROW: FactRow = {
  namespace: "n",
  id: "f",
  kind: "pattern",
  subject: "s",
  body: "b",
  tags: [],
  confidence: "medium",
  validFromMs: 1,
  recordedMs: 1,
  state: "live",
  needsReview: false,
  isConstraint: false,
  revision: 1,
};

Deno.test("start() looks through many small namespaces in turns with other calls", async () => {
  const clock = new FakeClock();
  const table = new FactTable();
  for (let nth = 0; nth < 1_024; nth++) {
    const row = { ...ROW, id: `f${nth}`, expiresAtMs: clock.now() + 60_000 };
    table.update(table.add(row), row);
  }
  const names = Array.from({ length: 256 }, (_, nth) => `n${nth}`);
  const seen = new Set<string>();
  const moments = new Moments({
    clock: tickingClock(clock),
    namespaces: () => names,
    tableOf: (namespace) => {
      seen.add(namespace);
      return table;
    },
    tell: () => assert.fail("nothing has ended"),
    onFault: (thrown) => assert.fail(String(thrown)),
  });
  moments.start();
  clock.advance(1);
  assert.ok(seen.size > 0 && seen.size < names.length, `${seen.size}`);
  while (clock.timers === 0) await new Promise((turn) => setImmediate(turn));
  assert.equal(seen.size, names.length);
  await moments.stop();
  assert.equal(clock.timers, 0);
});
