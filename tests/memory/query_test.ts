import assert from "node:assert/strict";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

function idsOf(memory: TestMemory, query: Parameters<TestMemory["engine"]["query"]>[1]) {
  return memory.engine.query("default", query).map(({ id }) => id);
}

Deno.test("query() hides a fact before its valid_from and from its expiry on", async () => {
  await using memory = await openTestMemory();
  const nowMs = memory.clock.now();
  const times = { validFromMs: nowMs + 10, expiresAtMs: nowMs + 20 };
  await memory.engine.addFact("default", { id: "f", subject: "Sale", body: "today", ...times });
  const shown = [0, 9, 1, 9, 1].map((ms) => {
    memory.clock.advance(ms);
    return idsOf(memory, { text: "sale", k: 5 }).length;
  });
  assert.deepEqual(shown, [0, 0, 1, 1, 0]);
  assert.deepEqual(idsOf(memory, { text: "sale", k: 5, includeSuperseded: true }), ["f"]);
});

Deno.test("query() filters by kinds, by all tags and by a half-open time of valid_from", async () => {
  await using memory = await openTestMemory();
  const nowMs = memory.clock.now();
  for (let at = 1; at <= 3; at++) {
    await memory.engine.addFact("default", {
      id: `f${at}`,
      subject: "Note",
      body: `number ${at}`,
      kind: at === 3 ? "decision" : "pattern",
      tags: at === 1 ? ["x"] : ["x", "y"],
      validFromMs: nowMs - 10 + at,
    });
  }
  const ask = (filter: object) => idsOf(memory, { text: "note", k: 5, ...filter });
  assert.deepEqual(ask({}), ["f3", "f2", "f1"]);
  assert.deepEqual(ask({ kinds: ["decision"] }), ["f3"]);
  assert.deepEqual(ask({ kinds: [] }), ["f3", "f2", "f1"]);
  assert.deepEqual(ask({ tags: ["y", " x"] }), ["f3", "f2"]);
  assert.deepEqual(ask({ tags: ["z"] }), []);
  assert.deepEqual(ask({ sinceMs: nowMs - 9, untilMs: nowMs - 7 }), ["f2", "f1"]);
  assert.deepEqual(ask({ sinceMs: nowMs, untilMs: nowMs }), []);
});

Deno.test("query() gives the most recent facts when the text is empty", async () => {
  await using memory = await openTestMemory();
  for (let at = 0; at < 7; at++) {
    memory.clock.advance(1);
    await memory.engine.addFact("default", { id: `f${at}`, subject: "S", body: `b${at}` });
  }
  const hits = memory.engine.query("default", { text: " \n", k: 2 });
  assert.deepEqual(hits.map(({ id, why }) => [id, why]), [
    ["f6", "no query: most recent"],
    ["f5", "no query: most recent"],
  ]);
});

Deno.test("query() finds nothing for unknown words, marks alone and unknown namespaces", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { subject: "Known", body: "words" });
  assert.deepEqual(idsOf(memory, { text: "zebra xylophone", k: 5 }), []);
  assert.deepEqual(idsOf(memory, { text: "?! --", k: 5 }), []);
  assert.deepEqual(memory.engine.query("other", { text: "known", k: 5 }), []);
});

Deno.test("query() keeps namespaces apart", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("a", { id: "same", subject: "Key", body: "of a" });
  await memory.engine.addFact("b", { id: "same", subject: "Key", body: "of b" });
  assert.deepEqual(memory.engine.query("a", { text: "key", k: 5 }).map(({ body }) => body), [
    "of a",
  ]);
});

Deno.test("query() finds identifiers whole and by their parts", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", {
    id: "code",
    subject: "API",
    body: "call getUserById(7)",
  });
  await memory.engine.addFact("default", {
    id: "error",
    subject: "Fault",
    body: "E-4012: no disk",
  });
  await memory.engine.addFact("default", { id: "path", subject: "Entry", body: "src/http/app.ts" });
  for (const text of ["getUserById", "user id", "getuserbyid"]) {
    assert.deepEqual(idsOf(memory, { text, k: 1 }), ["code"]);
  }
  for (const text of ["E-4012", "4012", "e-4012"]) {
    assert.deepEqual(idsOf(memory, { text, k: 1 }), ["error"]);
  }
  for (const text of ["src/http/app.ts", "app.ts", "http"]) {
    assert.deepEqual(idsOf(memory, { text, k: 1 }), ["path"]);
  }
});

Deno.test("query() finds words of scripts without spaces and words with accents", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { id: "zh", subject: "部署", body: "密钥保存在保险库里" });
  await memory.engine.addFact("default", { id: "th", subject: "ไทย", body: "กุญแจอยู่ในตู้" });
  await memory.engine.addFact("default", { id: "fr", subject: "Café", body: "ouvert à midi" });
  assert.deepEqual(idsOf(memory, { text: "密钥在哪里?", k: 1 }), ["zh"]);
  assert.deepEqual(idsOf(memory, { text: "钥", k: 1 }), ["zh"]);
  assert.deepEqual(idsOf(memory, { text: "กุญแจ", k: 1 }), ["th"]);
  assert.deepEqual(idsOf(memory, { text: "CAFE", k: 1 }), ["fr"]);
});

Deno.test("query() prefers the fact whose whole subject is named", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", {
    id: "b",
    subject: "Staging database",
    body: "is small",
  });
  await memory.engine.addFact("default", {
    id: "a",
    subject: "Database",
    body: "is at db.internal",
  });
  assert.deepEqual(idsOf(memory, { text: "where is the staging database", k: 2 }), ["b", "a"]);
  assert.deepEqual(idsOf(memory, { text: "database is at", k: 1 }), ["a"]);
});

Deno.test("query() gives activations from 0 to 1 with four decimals, best first", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { subject: "red apple", body: "red apple red apple" });
  await memory.engine.addFact("default", { subject: "green pear", body: "not an apple" });
  const hits = memory.engine.query("default", { text: "red apple", k: 5 });
  const activations = hits.map(({ activation }) => activation);
  assert.deepEqual(activations, [...activations].sort((a, b) => b - a));
  for (const activation of activations) {
    assert.ok(activation > 0 && activation <= 1);
    assert.equal(activation, Math.round(activation * 10_000) / 10_000);
  }
});

Deno.test("query() breaks ties by the newer valid_from, then by id", async () => {
  await using memory = await openTestMemory();
  const validFromMs = memory.clock.now() - 10;
  for (const [id, from] of [["b", 0], ["a", 0], ["c", 5]] as const) {
    const times = { validFromMs: validFromMs + from };
    await memory.engine.addFact("default", {
      id,
      subject: `Subject${id}`,
      body: "equal text",
      ...times,
    });
  }
  assert.deepEqual(idsOf(memory, { text: "equal", k: 3 }), ["c", "a", "b"]);
});

Deno.test("query() takes its limits exactly and refuses one more", async () => {
  await using memory = await openTestMemory({ queryBytesMax: 64 });
  const ask = (text: string, k: number) => memory.engine.query("default", { text, k });
  assert.deepEqual(ask("ü".repeat(32), 256), []);
  for (const [text, k] of [["ü".repeat(32) + "x", 1], ["x", 0], ["x", 257], ["x", 1.5]] as const) {
    assert.throws(() => ask(text, k), { code: "invalid_argument" });
  }
  assert.deepEqual(ask("a\0b half \ud83d", 1), []);
});

Deno.test("query() sees at once what another process wrote to the same file", async () => {
  await using memory = await openTestMemory();
  const other = await memory.openAnother();
  const old = await other.engine.addFact("default", { subject: "Shared", body: "one" });
  assert.deepEqual(idsOf(memory, { text: "shared", k: 5 }), [old.id]);
  const now = await memory.engine.addFact("default", {
    subject: "Shared",
    body: "two",
    supersedes: old.id,
  });
  const seen = other.engine.query("default", { text: "shared", k: 5 });
  assert.deepEqual(seen.map(({ id }) => id), [now.id]);
  const both = await Promise.all(
    [memory.engine, other.engine].map((engine, at) =>
      engine.addFact("default", { subject: `Race ${at}`, body: "race" })
    ),
  );
  assert.deepEqual(
    new Set(idsOf(memory, { text: "race", k: 5 })),
    new Set(both.map(({ id }) => id)),
  );
  assert.deepEqual(memory.engine.stats().facts, other.engine.stats().facts);
  await other.engine.close();
  await other.database.close();
});

Deno.test("query() shows what was stored before the clock was set back, not what is for later", async () => {
  await using memory = await openTestMemory();
  const nowMs = memory.clock.now();
  const add = (id: string, more = {}) =>
    memory.engine.addFact("default", { id, subject: `Port of ${id}`, body: "It is 80", ...more });
  await add("stored");
  await add("planned", { validFromMs: nowMs + 1 });
  memory.clock.advance(-3_600_000);
  assert.deepEqual(idsOf(memory, { text: "port", k: 5 }), ["stored"]);
  assert.deepEqual(idsOf(memory, { text: "", k: 5 }), ["stored"]);
  const { related } = await add("later");
  assert.deepEqual(related.map(({ id }) => id), ["stored"]);
});

Deno.test("query() takes what a Chinese question is about for more than how it asks", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  await engine.addFact("default", { id: "asks", subject: "甲", body: "他们什么时候来" });
  await engine.addFact("default", { id: "tells", subject: "乙", body: "上周搬到上海" });
  assert.equal(engine.query("default", { text: "他们什么时候搬到上海", k: 2 })[0]?.id, "tells");
});
