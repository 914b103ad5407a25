import assert from "node:assert/strict";
import { untilIdle } from "../../src/cli/_until_idle.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("untilIdle() waits for the last client, and its time after that", async () => {
  const clock = new FakeClock();
  const activity = { sessions: 1, streams: 0, requests: 0 };
  let isIdle = false;
  const idle = untilIdle({ activity: () => ({ ...activity }) }, 30_000, clock)
    .then(() => void (isIdle = true));
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) clock.advance(1_000);
    await Promise.resolve();
    return isIdle;
  };
  assert.equal(await pass(120), false);
  activity.sessions = 0;
  activity.streams = 1;
  assert.equal(await pass(120), false);
  activity.streams = 0;
  assert.equal(await pass(20), false);
  // A request that came and went is a sign of life, too.
  activity.requests = 1;
  assert.equal(await pass(25), false);
  assert.equal(await pass(10), true);
  await idle;
});
