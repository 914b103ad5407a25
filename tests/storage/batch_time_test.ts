import assert from "node:assert/strict";
import { BatchTime } from "../../src/storage/_batch_time.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

for (
  const { commitMs, alone, besideReaders } of [
    { commitMs: 0, alone: 5, besideReaders: 2 },
    { commitMs: 3, alone: 5, besideReaders: 3 },
    { commitMs: 20, alone: 20, besideReaders: 5 },
  ]
) {
  Deno.test(`endMs() lets a batch take ${alone} ms after a commit of ${commitMs}, ${besideReaders} beside readers`, () => {
    const clock = new FakeClock();
    const time = new BatchTime(clock);
    time.time(() => clock.advance(commitMs));
    assert.equal(time.endMs() - clock.monotonicMs(), alone);
    time.noteReader();
    assert.equal(time.endMs() - clock.monotonicMs(), besideReaders);
    clock.advance(1_000);
    assert.equal(time.endMs() - clock.monotonicMs(), besideReaders);
    clock.advance(1);
    assert.equal(time.endMs() - clock.monotonicMs(), alone);
  });
}
