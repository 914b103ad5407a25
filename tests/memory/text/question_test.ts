import assert from "node:assert/strict";
import { askedBy, HOLDS_NUMBER, HOLDS_TIME, marksOf } from "../../../src/memory/text/question.ts";
import { openTestMemory } from "../_test_memory.ts";

Deno.test("askedBy() tells questions about times, numbers and now apart", () => {
  assert.deepEqual(askedBy("When did it break?"), { time: true, number: false, now: false });
  assert.deepEqual(askedBy("On which day?"), { time: true, number: false, now: false });
  assert.deepEqual(askedBy("How many servers?"), { time: false, number: true, now: false });
  assert.deepEqual(askedBy("the current port"), { time: false, number: false, now: true });
  assert.deepEqual(askedBy("whenever"), { time: false, number: false, now: false });
});

Deno.test("marksOf() sees times and numbers", () => {
  assert.equal(marksOf("It broke last week"), HOLDS_TIME);
  assert.equal(marksOf("three servers"), HOLDS_NUMBER);
  assert.equal(marksOf("on May 8"), HOLDS_TIME + HOLDS_NUMBER);
  assert.equal(marksOf("It may break"), 0);
});

for (
  const [text, wanted] of [["When was the launch?", "time"], [
    "How many launch?",
    "number",
  ]] as const
) {
  Deno.test(`query() prefers the fact that holds a ${wanted} for "${text}"`, async () => {
    await using memory = await openTestMemory();
    await memory.engine.addFact("default", {
      id: "time",
      subject: "Rocket",
      body: "launch yesterday",
    });
    await memory.engine.addFact("default", {
      id: "number",
      subject: "Rocket",
      body: "launch seven",
    });
    const [first] = memory.engine.query("default", { text, k: 2 });
    assert.equal(first?.id, wanted);
  });
}
