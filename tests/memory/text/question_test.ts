import assert from "node:assert/strict";
import {
  askedBy,
  HOLDS_NUMBER,
  HOLDS_SELF,
  HOLDS_TIME,
  marksOf,
  ONLY_ASKS,
} from "../../../src/memory/text/question.ts";
import { openTestMemory } from "../_test_memory.ts";

const NOTHING = { time: false, number: false, now: false, self: false };

Deno.test("askedBy() tells questions about times, numbers and now apart", () => {
  assert.deepEqual(askedBy("When did it break?"), { ...NOTHING, time: true });
  assert.deepEqual(askedBy("On which day?"), { ...NOTHING, time: true });
  assert.deepEqual(askedBy("How long does it take?"), { ...NOTHING, time: true });
  assert.deepEqual(askedBy("How many servers?"), { ...NOTHING, number: true });
  assert.deepEqual(askedBy("the current port"), { ...NOTHING, now: true });
  assert.deepEqual(askedBy("whenever"), NOTHING);
});

Deno.test("askedBy() sees who asks for what they said of themselves", () => {
  for (const text of ["Where did I park?", "my shoe size", "Can you tell me what I ordered?"]) {
    assert.deepEqual(askedBy(text), { ...NOTHING, self: true }, text);
  }
  for (
    const text of [
      "Tell me about the port",
      "What did you tell me of my port?",
      "our port",
      "it is",
    ]
  ) {
    assert.deepEqual(askedBy(text), NOTHING, text);
  }
});

Deno.test("askedBy() and marksOf() understand Chinese, in both of its scripts", () => {
  for (const text of ["他什么时候搬家的？", "她是哪一年畢業的", "會議在幾點"]) {
    assert.deepEqual(askedBy(text), { ...NOTHING, time: true }, text);
  }
  assert.deepEqual(askedBy("他有几只猫？"), { ...NOTHING, number: true });
  assert.deepEqual(askedBy("他现在住在哪里"), { ...NOTHING, now: true });
  assert.deepEqual(askedBy("你能告诉我我的车停在哪里吗"), { ...NOTHING, self: true });
  for (const text of ["你推荐了什么", "我们的服务器在哪里", "他住在哪里"]) {
    assert.deepEqual(askedBy(text), NOTHING, text);
  }
  assert.equal(marksOf("上周去了海边"), HOLDS_TIME);
  assert.equal(marksOf("他有三只猫"), HOLDS_NUMBER);
  assert.equal(marksOf("我喜欢茶"), HOLDS_SELF);
  assert.equal(marksOf("他们一起喝茶"), 0);
});

Deno.test("marksOf() sees times, numbers and who speaks of themselves", () => {
  assert.equal(marksOf("It broke last week"), HOLDS_TIME);
  assert.equal(marksOf("three servers"), HOLDS_NUMBER);
  assert.equal(marksOf("on May 8"), HOLDS_TIME + HOLDS_NUMBER);
  assert.equal(marksOf("It may break"), 0);
  assert.equal(marksOf("I'm late"), HOLDS_SELF);
  assert.equal(marksOf("My port"), HOLDS_SELF);
  assert.equal(marksOf("It is in Mylo"), 0);
});

Deno.test("marksOf() sees what does nothing but ask", () => {
  for (const body of ["Where did he bake?", "Really? Where did he bake? ", "他搬到哪里？"]) {
    assert.equal(marksOf(body), ONLY_ASKS, body);
  }
  const long = `Which of them ${"bakes or ".repeat(8)}cooks?`;
  for (const body of ["He bakes.", "He bakes. Where?", "Where? In Rome.", "", "?!", long]) {
    assert.equal(marksOf(body), 0, body);
  }
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

Deno.test("query() prefers what somebody said of themselves where they ask for it", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  await engine.addFact("default", {
    id: "said",
    subject: "user",
    body: "my yoga class is downtown",
  });
  await engine.addFact("default", {
    id: "general",
    subject: "user",
    body: "yoga class helps",
  });
  const first = (text: string) => engine.query("default", { text, k: 2 })[0]?.id;
  assert.equal(first("my yoga class"), "said");
  assert.equal(first("a yoga class"), "general");
});

Deno.test("query() puts what only asks behind what answers it", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  for (const [id, body] of [["asks", "What do you bake?"], ["tells", "I bake rolls."]] as const) {
    await engine.addFact("default", { id, subject: `${id} it`, body, source: "talk" });
  }
  const idsFor = (text: string) => engine.query("default", { text, k: 2 }).map(({ id }) => id);
  assert.deepEqual(idsFor("what does he bake"), ["tells", "asks"]);
  assert.deepEqual(idsFor("asks what to bake"), ["asks", "tells"], "and no further");
});
