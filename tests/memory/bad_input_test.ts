// What nobody should send and somebody will: each is refused by the name of its field or kept exactly
// as it was given, and the memory goes on.

import assert from "node:assert/strict";
import type { NewFact } from "../../src/memory/fact.ts";
import { openTestMemory } from "./_test_memory.ts";

const FACT = { subject: "Deploy key", body: "It lives in the vault" };
const TEXT_FIELDS: Readonly<Record<string, (text: string) => Partial<NewFact>>> = {
  subject: (text) => ({ subject: text }),
  body: (text) => ({ body: text }),
  id: (text) => ({ id: text }),
  source: (text) => ({ source: text }),
  "tags[0]": (text) => ({ tags: [text] }),
  "depends_on[0]": (text) => ({ dependsOn: [text] }),
  "premises[0]": (text) => ({ premises: [text], kind: "conclusion" }),
  supersedes: (text) => ({ supersedes: text }),
};

for (const [field, of] of Object.entries(TEXT_FIELDS)) {
  Deno.test(`addFact() refuses text that cannot be kept in ${field}`, async () => {
    await using memory = await openTestMemory();
    for (const text of ["\ud800", "a\udc00b", "\u0000", "", " \n"]) {
      await assert.rejects(memory.engine.addFact("default", { ...FACT, ...of(text) }), (fault) => {
        assert.ok(fault instanceof Error && "code" in fault);
        assert.equal(fault.code, "invalid_argument", JSON.stringify(text));
        return fault.message.includes(`"${field.replace("[0]", "")}`);
      });
    }
    assert.equal(memory.engine.stats().facts, 0);
  });
}

Deno.test("addFact() keeps every other character as it was given, over a restart", async () => {
  await using memory = await openTestMemory();
  const controls = Array.from({ length: 31 }, (_, at) => String.fromCharCode(at + 1)).join("");
  const body = `${controls}\u007f\u0085\u2028\ufeff\ufffe\u{10ffff}\u200d🔑 e\u0301`;
  const { id } = await memory.engine.addFact("default", { subject: "Odd", body });
  await memory.restart();
  const [hit] = memory.engine.query("default", { text: "odd", k: 1 });
  assert.deepEqual([hit?.id, hit?.body], [id, body]);
  assert.equal((await memory.engine.addFact("default", { subject: "Odd", body })).created, false);
});

Deno.test("addFact() takes a body of 64 KiB whole and not one byte more", async () => {
  await using memory = await openTestMemory();
  const body = `${"word ".repeat(13_105)}zanzibar`.padEnd(65_536, "x");
  await memory.engine.addFact("default", { subject: "Long", body });
  const [hit] = memory.engine.query("default", { text: "long", k: 1 });
  assert.equal(hit?.body, body);
  await assert.rejects(memory.engine.addFact("default", { subject: "Long", body: `${body}x` }), {
    code: "invalid_argument",
    message: /"body" has 65537 bytes; allowed: at most 65536/,
  });
  // In UTF-8: three bytes each.
  await assert.rejects(
    memory.engine.addFact("default", { subject: "Long", body: "日".repeat(21_846) }),
    { code: "invalid_argument", message: /65538 bytes/ },
  );
});

Deno.test("query() refuses a text of 100 KB and finds nothing for one that no fact can hold", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", FACT);
  assert.throws(() => memory.engine.query("default", { text: "x".repeat(102_400), k: 1 }), {
    code: "invalid_argument",
    message: /"query" has 102400 bytes; allowed: at most 8192/,
  });
  for (const text of ["\ud800", "\u0000", "\u0001\u0002", "!?…", "🔑".repeat(2_000)]) {
    assert.deepEqual(memory.engine.query("default", { text, k: 5 }), [], JSON.stringify(text));
  }
});

Deno.test("addFact() refuses links to nothing, to another namespace and to itself alike", async () => {
  await using memory = await openTestMemory();
  const elsewhere = await memory.engine.addFact("other", FACT);
  const own = await memory.engine.addFact("default", { ...FACT, kind: "conclusion", id: "own" });
  const refusal = async (fact: Partial<NewFact>) => {
    try {
      await memory.engine.addFact("default", { ...FACT, body: "b", kind: "conclusion", ...fact });
    } catch (fault) {
      assert.ok(fault instanceof Error && "code" in fault);
      return `${fault.code}: ${fault.message}`;
    }
    return "none";
  };
  for (const link of ["dependsOn", "premises"] as const) {
    const unknown = await refusal({ [link]: ["none"] });
    assert.match(unknown, /^not_found: .*\[0\]" names no fact of this namespace/);
    assert.equal(await refusal({ [link]: [elsewhere.id] }), unknown);
    for (const self of [{ id: "new", [link]: ["new"] }, { ...FACT, [link]: [own.id] }]) {
      assert.match(await refusal(self), /^invalid_argument: .*\[0\]" is the fact itself/);
    }
  }
  assert.match(await refusal({ supersedes: elsewhere.id }), /^not_found: "supersedes"/);
  assert.equal(memory.engine.stats().facts, 2);
});

Deno.test("addFact() superseding in a circle ends, and so does its history", async () => {
  await using memory = await openTestMemory();
  const chain: string[] = [];
  for (let round = 0; round < 6; round++) {
    memory.clock.advance(1);
    const [last] = chain.slice(-1);
    const { id, created } = await memory.engine.addFact("default", {
      subject: "Port",
      body: round % 2 === 0 ? "80" : "81",
      ...(last === undefined ? {} : { supersedes: last }),
    });
    assert.ok(created);
    chain.push(id);
  }
  assert.equal(memory.engine.stats().facts, 1);
  // Only a hand with SQL could close the circle.
  await memory.database.write((revision) => {
    memory.database.connection.prepare(
      "INSERT INTO edges (namespace, from_id, kind, to_id, revision) VALUES (?, ?, ?, ?, ?)",
    ).run("default", chain[0] ?? "", "supersedes", chain[5] ?? "", revision);
  });
  const { versions } = memory.engine.history("default", { id: chain[3] ?? "" });
  assert.deepEqual(versions.map(({ id }) => id), chain.toReversed());
});

Deno.test("deleteFact() ends conclusions that depend on each other and on themselves", async () => {
  await using memory = await openTestMemory();
  const premise = await memory.engine.addFact("default", FACT);
  const conclude = (id: string, premises: readonly string[]) =>
    memory.engine.addFact("default", { id, subject: id, body: "x", kind: "conclusion", premises });
  await conclude("a", [premise.id]);
  await conclude("b", ["a"]);
  await conclude("a", ["b"]);
  const { invalidated } = await memory.engine.deleteFact("default", premise.id);
  assert.deepEqual(invalidated, ["a", "b"]);
});
