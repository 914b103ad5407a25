import assert from "node:assert/strict";
import { given } from "../../src/base/given.ts";
import { type Confidence, FACT_KINDS } from "../../src/memory/fact.ts";
import { openTestMemory } from "./_test_memory.ts";

const KEY = { subject: "Deploy key", body: "It lives in the vault" };

Deno.test("addFact() answers the stored id and merges tags when the fact is known", async () => {
  await using memory = await openTestMemory();
  const first = await memory.engine.addFact("default", { ...KEY, tags: ["ops"] });
  const again = await memory.engine.addFact("default", {
    subject: "  Deploy key ",
    body: KEY.body,
    tags: ["vault", "ops"],
  });
  assert.deepEqual(
    [again.id, again.created, again.duplicateOf, again.total],
    [first.id, false, first.id, 1],
  );
  const [hit] = memory.engine.query("default", { text: "vault", k: 1, tags: ["ops", "vault"] });
  assert.deepEqual(hit?.tags, ["ops", "vault"]);
});

Deno.test("addFact() makes a known fact a constraint when that is asked for, and keeps it one", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const rule = { ...KEY, kind: "knowledge" as const };
  await engine.addFact("default", rule);
  assert.doesNotMatch(engine.buildContext("default", { query: "lunch" }).text, /vault/);
  const again = await engine.addFact("default", { ...rule, isConstraint: true });
  assert.ok(!again.created);
  for (const told of [{}, { isConstraint: false }]) {
    await engine.addFact("default", { ...rule, ...told });
    assert.match(engine.buildContext("default", { query: "lunch" }).text, /vault/);
  }
});

Deno.test("addFact() keeps the later expiry of a known fact, and none when it is told without", async () => {
  await using memory = await openTestMemory();
  const { engine, clock } = memory;
  const startMs = clock.now();
  const isShown = () => engine.query("default", { text: "vault", k: 1 }).length === 1;
  await engine.addFact("default", { ...KEY, expiresAtMs: startMs + 100 });
  await engine.addFact("default", { ...KEY, expiresAtMs: startMs + 200 });
  await engine.addFact("default", { ...KEY, expiresAtMs: startMs + 50 });
  clock.advance(199);
  assert.ok(isShown());
  const again = await engine.addFact("default", KEY);
  assert.ok(!again.created);
  clock.advance(1_000_000);
  assert.ok(isShown());
  const later = await engine.addFact("default", { ...KEY, expiresAtMs: clock.now() + 1 });
  assert.equal(later.duplicateOf, again.id);
  clock.advance(1);
  assert.ok(isShown());
  await memory.restart();
  assert.ok(memory.engine.query("default", { text: "vault", k: 1 }).length === 1);
});

Deno.test("addFact() raises the confidence of a known fact and never lowers it", async () => {
  await using memory = await openTestMemory();
  const told = async (confidence?: Confidence) => {
    await memory.engine.addFact("default", { ...KEY, ...given("confidence", confidence) });
    return memory.engine.query("default", { text: "vault", k: 1 })[0]?.confidence;
  };
  assert.equal(await told("low"), "low");
  assert.equal(await told(), "low");
  assert.equal(await told("high"), "high");
  assert.equal(await told("medium"), "high");
});

Deno.test("addFact() keeps facts apart that differ in kind, body or namespace", async () => {
  await using memory = await openTestMemory();
  const facts = await Promise.all([
    memory.engine.addFact("default", KEY),
    memory.engine.addFact("default", { ...KEY, kind: "decision" }),
    memory.engine.addFact("default", { ...KEY, body: "It lives in a drawer" }),
    memory.engine.addFact("other", KEY),
  ]);
  assert.ok(facts.every((fact) => fact.created));
  assert.equal(new Set(facts.map((fact) => fact.id)).size, 4);
  assert.deepEqual(memory.engine.stats().namespaces, 2);
});

Deno.test("addFact() takes the fact anew when the known one has ended", async () => {
  await using memory = await openTestMemory();
  const first = await memory.engine.addFact("default", KEY);
  await memory.engine.addFact("default", {
    subject: KEY.subject,
    body: "It lives in a drawer",
    supersedes: first.id,
  });
  const again = await memory.engine.addFact("default", KEY);
  assert.ok(again.created);
  assert.notEqual(again.id, first.id);
});

Deno.test("addFact() answers one id when two callers give the same fact at once", async () => {
  await using memory = await openTestMemory();
  const [first, second] = await Promise.all([
    memory.engine.addFact("default", KEY),
    memory.engine.addFact("default", KEY),
  ]);
  assert.equal(first.id, second.id);
  assert.deepEqual([first.created, second.created, second.total], [true, false, 1]);
});

Deno.test("addFact() takes an id once and refuses it with another body, naming supersedes", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", { ...KEY, id: "key" });
  const same = await memory.engine.addFact("default", { ...KEY, id: "key" });
  assert.equal(same.duplicateOf, "key");
  await assert.rejects(
    memory.engine.addFact("default", { ...KEY, id: "key", body: "another" }),
    { code: "conflict", message: /"id".*"supersedes"/s },
  );
  const other = await memory.engine.addFact("other", { ...KEY, id: "key", body: "another" });
  assert.ok(other.created);
});

Deno.test("addFact() reports live facts of the same subject as conflicts, newest first", async () => {
  await using memory = await openTestMemory();
  for (let at = 0; at < 12; at++) {
    memory.clock.advance(1);
    await memory.engine.addFact("default", { ...KEY, body: `body ${at}`, id: `f${at}` });
  }
  const added = await memory.engine.addFact("default", { ...KEY, body: "the last" });
  assert.equal(added.conflictsTotal, 12);
  assert.equal(added.conflicts.length, 10);
  assert.deepEqual(added.conflicts[0], { id: "f11", subject: KEY.subject, body: "body 11" });
  assert.deepEqual(added.related, []);
});

Deno.test("addFact() names related facts that share rare words of the subject", async () => {
  await using memory = await openTestMemory();
  const old = await memory.engine.addFact("default", { subject: "Kestrel port", body: "9102" });
  await memory.engine.addFact("default", { subject: "Lunch", body: "at noon" });
  const added = await memory.engine.addFact("default", { subject: "Kestrel owner", body: "Ada" });
  assert.deepEqual(added.related, [{ id: old.id, subject: "Kestrel port" }]);
  assert.deepEqual(added.conflicts, []);
});

for (const kind of ["identity", "environment"] as const) {
  Deno.test(`addFact() keeps one current ${kind} per subject`, async () => {
    await using memory = await openTestMemory();
    const old = await memory.engine.addFact("default", { subject: "name", body: "Ada", kind });
    const other = await memory.engine.addFact("default", { subject: "name", body: "a note" });
    const now = await memory.engine.addFact("default", { subject: "name", body: "Grace", kind });
    assert.deepEqual(now.superseded, [old.id]);
    assert.deepEqual(now.conflicts.map(({ id }) => id), [other.id]);
    const hits = memory.engine.query("default", { text: "name", k: 5, kinds: [kind] });
    assert.deepEqual(hits.map(({ body }) => body), ["Grace"]);
  });
}

Deno.test("addFact() takes each limit exactly and refuses one more, naming the field", async () => {
  await using memory = await openTestMemory({
    subjectBytesMax: 16,
    factBodyBytesMax: 32,
    idCharsMax: 16,
    tagsMax: 2,
    tagCharsMax: 8,
    sourceCharsMax: 16,
    factLinksMax: 1,
  });
  const longest = {
    subject: "ü".repeat(8),
    body: "b".repeat(32),
    id: "i".repeat(16),
    tags: ["t".repeat(8), "u"],
    source: "s".repeat(16),
  };
  const { id } = await memory.engine.addFact("default", longest);
  const tooLong = {
    subject: "ü".repeat(8) + "x",
    body: "b".repeat(33),
    id: "i".repeat(17),
    tags: ["t", "u", "v"],
    source: "s".repeat(17),
    depends_on: undefined,
  };
  for (const field of ["subject", "body", "id", "tags", "source"] as const) {
    await assert.rejects(
      memory.engine.addFact("default", { ...KEY, [field]: tooLong[field] }),
      (fault: Error & { code?: string }) =>
        fault.code === "invalid_argument" && fault.message.startsWith(`"${field}"`),
    );
  }
  await assert.rejects(memory.engine.addFact("default", { ...KEY, tags: ["t".repeat(9)] }), {
    message: '"tags[0]" has 9 characters; allowed: at most 8',
  });
  await assert.rejects(memory.engine.addFact("default", { ...KEY, dependsOn: [id, id] }), {
    message: '"depends_on" has 2 entries; allowed: at most 1',
  });
  assert.equal(memory.engine.stats().facts, 1);
});

Deno.test("addFact() refuses text that would not come back as it was given", async () => {
  await using memory = await openTestMemory();
  for (const text of ["", " \n", "a\0b", "half \ud83d pair"]) {
    for (const field of ["subject", "body", "id", "source"]) {
      await assert.rejects(memory.engine.addFact("default", { ...KEY, [field]: text }), {
        code: "invalid_argument",
      });
    }
  }
  const body = " \ud83d\udd11 e\u0301\r\n\ttab ";
  await memory.engine.addFact("default", { subject: "cafe\u0301", body });
  const [hit] = memory.engine.query("default", { text: "cafe", k: 1 });
  assert.deepEqual([hit?.subject, hit?.body], ["caf\u00e9", body]);
});

Deno.test("addFact() refuses unknown words, bad names and times that contradict each other", async () => {
  await using memory = await openTestMemory();
  const nowMs = memory.clock.now();
  const wrong = [
    { kind: "rumour" },
    { confidence: "total" },
    { validFromMs: Number.NaN },
    { validFromMs: 0.5 },
    { expiresAtMs: nowMs },
    { premises: ["x"] },
    { id: "a\nb" },
  ];
  for (const changes of wrong) {
    await assert.rejects(
      // Callers without a type checker give such values.
      memory.engine.addFact("default", { ...KEY, ...changes } as typeof KEY),
      { code: "invalid_argument" },
    );
  }
  for (const namespace of ["", "a b", "é", "n".repeat(129)]) {
    await assert.rejects(memory.engine.addFact(namespace, KEY), { code: "invalid_argument" });
  }
  await memory.engine.addFact("n".repeat(128), KEY);
  assert.equal(memory.engine.stats().facts, 1);
});

Deno.test("addFact() takes every kind", async () => {
  await using memory = await openTestMemory();
  for (const kind of FACT_KINDS) {
    const added = await memory.engine.addFact("default", { ...KEY, kind });
    assert.equal(added.kind, kind);
  }
});

Deno.test("addFact() rejects after close(), which is safe twice and settles what is under way", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const underWay = engine.addFact("default", KEY);
  await engine.close();
  assert.ok((await underWay).created);
  await engine.close();
  await assert.rejects(engine.addFact("default", KEY), { code: "closed" });
  assert.throws(() => engine.query("default", { text: "", k: 1 }), { code: "closed" });
});

Deno.test("addFact() rejects with storage_failed on a full disk and queries go on", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", KEY);
  memory.database.connection.exec("PRAGMA max_page_count = 1");
  const long = { subject: "Long", body: "word ".repeat(10_000) };
  await assert.rejects(memory.engine.addFact("default", long), { code: "storage_failed" });
  assert.deepEqual(memory.engine.query("default", { text: "word", k: 5 }), []);
  assert.equal(memory.engine.query("default", { text: "vault", k: 5 }).length, 1);
  memory.database.connection.exec("PRAGMA max_page_count = 1000000");
  assert.ok((await memory.engine.addFact("default", long)).created);
});

Deno.test("addFact() keeps 256 facts that were given at once", async () => {
  await using memory = await openTestMemory();
  await Promise.all(
    Array.from(
      { length: 256 },
      (_, at) => memory.engine.addFact("default", { subject: `Fact ${at}`, body: `number${at}` }),
    ),
  );
  await memory.restart();
  assert.equal(memory.engine.stats().facts, 256);
  assert.equal(memory.engine.query("default", { text: "number77", k: 5 })[0]?.subject, "Fact 77");
});
