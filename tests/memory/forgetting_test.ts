import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SECRET, TRACES, tracesIn } from "./_secret_fact.ts";
import { openTestMemory } from "./_test_memory.ts";

const OTHER = { subject: "Deploy key", body: "It lives in the vault" };

Deno.test("deleteFact() leaves no trace in any file, in no query and in no count", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", OTHER);
  await memory.engine.addFact("default", SECRET);
  const newer = await memory.engine.addFact("default", { ...SECRET, id: "newer", body: "b" });
  await memory.engine.addFact("default", { ...SECRET, tags: ["another"] });
  await memory.engine.addFact("default", { ...OTHER, body: "c", dependsOn: ["xyzzy-id"] });
  await memory.engine.addFact("default", { ...OTHER, body: "d", supersedes: "xyzzy-id" });
  assert.equal(tracesIn(memory).length, TRACES.length);
  await memory.engine.deleteFact("default", newer.id);

  const deleted = await memory.engine.deleteFact("default", " xyzzy-id ");
  assert.deepEqual(deleted, {
    id: "xyzzy-id",
    deleted: true,
    kind: "pattern",
    total: 3,
    scrubbed: true,
    invalidated: [],
    invalidatedTotal: 0,
  });
  assert.deepEqual(tracesIn(memory), []);
  const found = memory.engine.query("default", { text: "plugh", k: 9, includeSuperseded: true });
  assert.deepEqual(found, []);
  const all = memory.engine.query("default", { text: "", k: 9, includeSuperseded: true });
  assert.equal(all.length, 3);
  assert.equal(memory.engine.stats().facts, 3);
  await memory.restart();
  assert.deepEqual(tracesIn(memory), []);
});

Deno.test("deleteFact() leaves no trace among thousands of facts that came and went", async () => {
  await using memory = await openTestMemory();
  const bodyOf = (at: number) => `Plugh body ${at} ${"x".repeat(at * 37 % 900)}`;
  const added = await Promise.all(
    Array.from(
      { length: 3_000 },
      (_, at) =>
        memory.engine.addFact("default", {
          subject: `Xyzzy subject ${at * 7 % 211}`,
          body: bodyOf(at),
        }),
    ),
  );
  await Promise.all(
    added.slice(0, 1_000).map((_, at) =>
      memory.engine.addFact("default", {
        subject: `Xyzzy subject ${at * 7 % 211}`,
        body: bodyOf(at),
        tags: ["frotz-tag"],
      })
    ),
  );
  const deleted = await Promise.all(added.map(({ id }) => memory.engine.deleteFact("default", id)));
  assert.ok(deleted.every((one) => one.deleted && one.scrubbed));
  assert.deepEqual(tracesIn(memory), []);
  const bytes = readFileSync(memory.path, "latin1");
  assert.deepEqual(added.filter(({ id }) => bytes.includes(id)), []);
  assert.equal(memory.engine.stats().facts, 0);
});

Deno.test("deleteFact() says what fell with the fact and revives nothing", async () => {
  await using memory = await openTestMemory();
  const old = await memory.engine.addFact("default", OTHER);
  const now = await memory.engine.addFact("default", { ...OTHER, body: "b", supersedes: old.id });
  const conclusion = await memory.engine.addFact("default", {
    subject: "c",
    body: "c",
    kind: "conclusion",
    premises: [now.id],
  });
  const further = await memory.engine.addFact("default", {
    subject: "f",
    body: "f",
    kind: "conclusion",
    premises: [conclusion.id],
  });
  const dependent = await memory.engine.addFact("default", {
    subject: "d",
    body: "d",
    dependsOn: [now.id],
  });
  const deleted = await memory.engine.deleteFact("default", now.id);
  assert.deepEqual(deleted.invalidated, [conclusion.id, further.id]);
  assert.equal(deleted.total, 1);
  const hits = memory.engine.query("default", { text: "", k: 9 });
  assert.deepEqual(hits.map(({ id }) => id), [dependent.id]);
  const marked = memory.database.connection
    .prepare("SELECT needs_review, superseded_by FROM facts ORDER BY number").all();
  assert.deepEqual(marked.map((row) => [row["needs_review"], row["superseded_by"]]), [
    [0, null],
    [0, null],
    [0, null],
    [1, null],
  ]);
});

Deno.test("deleteFact() ends factsEndedMax facts with it and refuses to end one more", async () => {
  await using memory = await openTestMemory({ factsEndedMax: 2 });
  const premise = await memory.engine.addFact("default", OTHER);
  const conclude = (body: string) =>
    memory.engine.addFact("default", {
      subject: "c",
      body,
      kind: "conclusion",
      premises: [premise.id],
    });
  await conclude("one");
  const second = await conclude("two");
  await assert.rejects(memory.engine.deleteFact("default", premise.id), { code: "limit_reached" });
  assert.equal(memory.engine.stats().facts, 3);
  await memory.engine.deleteFact("default", second.id);
  assert.equal((await memory.engine.deleteFact("default", premise.id)).invalidatedTotal, 1);
});

Deno.test("deleteFact() knows no fact of another namespace and answers an unknown id", async () => {
  await using memory = await openTestMemory();
  const { id } = await memory.engine.addFact("default", OTHER);
  const unknown = await memory.engine.deleteFact("other", id);
  assert.deepEqual([unknown.deleted, unknown.kind, unknown.total, unknown.scrubbed], [
    false,
    undefined,
    0,
    true,
  ]);
  assert.equal(memory.engine.stats().facts, 1);
  for (const bad of ["", " ", "\ud800", "a\nb", "x".repeat(129)]) {
    await assert.rejects(memory.engine.deleteFact("default", bad), { code: "invalid_argument" });
  }
});

Deno.test("addFact() never gives the id of an erased fact again", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", SECRET);
  await memory.engine.deleteFact("default", SECRET.id);
  const spent = { code: "conflict", message: /erased/ };
  await assert.rejects(memory.engine.addFact("default", SECRET), spent);
  await memory.restart();
  await assert.rejects(memory.engine.addFact("default", SECRET), spent);
  assert.equal((await memory.engine.addFact("other", SECRET)).created, true);
});

Deno.test("setStatus() keeps one status over a restart and deleteFact() erases it by its id", async () => {
  await using memory = await openTestMemory();
  assert.equal(
    await memory.engine.setStatus("default", "Plugh body one"),
    "proactive-status:global",
  );
  assert.equal(await memory.engine.setStatus("team/a", "x"), "proactive-status:team/a");
  await memory.engine.setStatus("default", "Plugh body two");
  await memory.restart();
  const read = () =>
    memory.database.connection.prepare("SELECT namespace, body FROM statuses").all()
      .map((row) => `${row["namespace"]}: ${row["body"]}`);
  assert.deepEqual(read(), ["default: Plugh body two", "team/a: x"]);
  const elsewhere = await memory.engine.deleteFact("team/a", "proactive-status:global");
  assert.equal(elsewhere.deleted, false);
  const deleted = await memory.engine.deleteFact("default", "proactive-status:global");
  assert.deepEqual([deleted.kind, deleted.scrubbed], ["status", true]);
  assert.deepEqual(read(), ["team/a: x"]);
  assert.deepEqual(tracesIn(memory), []);
  await assert.rejects(memory.engine.setStatus("default", " "), { code: "invalid_argument" });
  const taken = { subject: "s", body: "b", id: "proactive-status:team/a" };
  await assert.rejects(memory.engine.addFact("team/a", taken), { code: "invalid_argument" });
});
