import assert from "node:assert/strict";
import { FailedAttempts } from "../../src/auth/failed_attempts.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function attempts() {
  const clock = new FakeClock();
  return { clock, failures: new FailedAttempts({ clock, perMinute: 3 }) };
}

Deno.test("waitMs() holds an address back after so many wrong tokens, for as long as one takes", () => {
  const { clock, failures } = attempts();
  for (let each = 0; each < 3; each++) {
    assert.equal(failures.waitMs("192.0.2.1", "x"), 0);
    failures.refused("192.0.2.1", "unknown");
  }
  assert.equal(failures.waitMs("192.0.2.1", "x"), 20_000);
  assert.equal(failures.waitMs("192.0.2.2", "x"), 0);
  clock.advance(20_000);
  assert.equal(failures.waitMs("192.0.2.1", "x"), 0);
});

Deno.test("waitMs() lets a token pass that was let in before, from wherever it comes", () => {
  const { failures } = attempts();
  failures.letIn({ id: "ann", credential: "1" }, "right");
  for (let each = 0; each < 3; each++) failures.refused("192.0.2.1", "unknown");
  assert.equal(failures.waitMs("192.0.2.1", "right"), 0);
  assert.notEqual(failures.waitMs("192.0.2.1", "new"), 0);
});

Deno.test("refused() counts no request that is no guess", () => {
  const { failures } = attempts();
  for (const reason of ["none", "expired", "unavailable"] as const) {
    for (let each = 0; each < 10; each++) failures.refused("192.0.2.1", reason);
  }
  assert.equal(failures.waitMs("192.0.2.1", "x"), 0);
});

Deno.test("FailedAttempts remembers a bounded number of addresses and tokens", () => {
  const { failures } = attempts();
  for (let each = 0; each < 100_000; each++) {
    failures.refused(`address ${each}`, "unknown");
    failures.letIn({ id: "ann", credential: `${each}` }, `token ${each}`);
  }
  assert.ok(failures.size <= 30_000);
  for (let each = 0; each < 3; each++) failures.refused("192.0.2.1", "unknown");
  assert.notEqual(failures.waitMs("192.0.2.1", "token 0"), 0);
  assert.equal(failures.waitMs("192.0.2.1", "token 99999"), 0);
});
