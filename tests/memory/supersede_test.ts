import assert from "node:assert/strict";
import { openTestMemory } from "./_test_memory.ts";

const KEY = { subject: "Deploy key", body: "It lives in the vault" };

Deno.test("addFact() ends the fact that supersedes names by id", async () => {
  await using memory = await openTestMemory();
  const old = await memory.engine.addFact("default", KEY);
  const kept = await memory.engine.addFact("default", { ...KEY, body: "It is rotated monthly" });
  const now = await memory.engine.addFact("default", {
    subject: "Key for deploys",
    body: "It lives in the cloud",
    supersedes: old.id,
  });
  assert.deepEqual(now.superseded, [old.id]);
  assert.equal(now.total, 2);
  const ids = memory.engine.query("default", { text: "deploy key", k: 5 }).map(({ id }) => id);
  assert.deepEqual(new Set(ids), new Set([kept.id, now.id]));
  const all = memory.engine.query("default", { text: "deploy key", k: 5, includeSuperseded: true });
  assert.equal(all.length, 3);
});

Deno.test("addFact() ends all live facts of exactly the subject that supersedes names", async () => {
  await using memory = await openTestMemory();
  const first = await memory.engine.addFact("default", { ...KEY, subject: "Caf\u00e9 key" });
  const second = await memory.engine.addFact("default", { subject: "Caf\u00e9 key", body: "two" });
  const other = await memory.engine.addFact("default", { subject: "caf\u00e9 key", body: "three" });
  const now = await memory.engine.addFact("default", {
    subject: "Caf\u00e9 key",
    body: "four",
    supersedes: " Cafe\u0301 key ",
  });
  assert.deepEqual([...now.superseded].sort(), [first.id, second.id].sort());
  assert.deepEqual(now.conflicts, []);
  const hits = memory.engine.query("default", { text: "", k: 5 }).map(({ id }) => id);
  assert.deepEqual(new Set(hits), new Set([now.id, other.id]));
});

Deno.test("addFact() refuses to supersede what is unknown, elsewhere or ended already", async () => {
  await using memory = await openTestMemory();
  const old = await memory.engine.addFact("default", KEY);
  for (const [namespace, supersedes] of [["default", "none"], ["other", old.id]] as const) {
    await assert.rejects(
      memory.engine.addFact(namespace, { ...KEY, body: "new", supersedes }),
      { code: "not_found", message: /"supersedes"/ },
    );
  }
  const now = await memory.engine.addFact("default", { ...KEY, body: "new", supersedes: old.id });
  await assert.rejects(
    memory.engine.addFact("default", { ...KEY, body: "newer", supersedes: old.id }),
    (fault: Error & { code?: string }) =>
      fault.code === "conflict" && fault.message.includes(now.id),
  );
  assert.equal(memory.engine.stats().facts, 1);
});

Deno.test("addFact() lets a known fact supersede another one", async () => {
  await using memory = await openTestMemory();
  const right = await memory.engine.addFact("default", KEY);
  const wrong = await memory.engine.addFact("default", { ...KEY, body: "It is lost" });
  const again = await memory.engine.addFact("default", { ...KEY, supersedes: wrong.id });
  assert.deepEqual([again.duplicateOf, again.superseded], [right.id, [wrong.id]]);
  const itself = await memory.engine.addFact("default", { ...KEY, supersedes: KEY.subject });
  assert.deepEqual([itself.superseded, itself.total], [[], 1]);
});

Deno.test("addFact() ends the old fact at the later of both valid_from", async () => {
  await using memory = await openTestMemory();
  const nowMs = memory.clock.now();
  const old = await memory.engine.addFact("default", { ...KEY, validFromMs: nowMs - 100 });
  const next = await memory.engine.addFact("default", {
    ...KEY,
    body: "It moves to the cloud",
    validFromMs: nowMs + 100,
    supersedes: old.id,
  });
  const shown = () => memory.engine.query("default", { text: "key", k: 5 }).map(({ id }) => id);
  assert.deepEqual(shown(), [old.id]);
  memory.clock.advance(99);
  assert.deepEqual(shown(), [old.id]);
  memory.clock.advance(1);
  assert.deepEqual(shown(), [next.id]);
  const backdated = await memory.engine.addFact("default", {
    ...KEY,
    body: "It never moved",
    validFromMs: nowMs - 1_000,
    supersedes: next.id,
  });
  assert.deepEqual(shown(), [backdated.id]);
  const row = memory.database.connection.prepare("SELECT valid_to FROM facts WHERE id = ?");
  assert.equal(row.get(next.id)?.["valid_to"], nowMs + 100);
});

Deno.test("addFact() invalidates the conclusions that cite what it ends, however far", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const premise = await engine.addFact("default", KEY);
  const near = await engine.addFact("default", {
    subject: "Near",
    body: "follows",
    kind: "conclusion",
    premises: [premise.id],
  });
  const far = await engine.addFact("default", {
    subject: "Far",
    body: "follows from that",
    kind: "conclusion",
    premises: [near.id],
  });
  const review = await engine.addFact("default", {
    subject: "Script",
    body: "reads it",
    dependsOn: [far.id],
  });
  const now = await engine.addFact("default", { ...KEY, body: "gone", supersedes: premise.id });
  assert.deepEqual(now.invalidated, [near.id, far.id]);
  assert.equal(now.total, 2);
  const hits = engine.query("default", { text: "", k: 9 }).map(({ id }) => id);
  assert.deepEqual(new Set(hits), new Set([now.id, review.id]));
  const states = memory.database.connection.prepare(
    "SELECT id, state, needs_review FROM facts ORDER BY number",
  );
  assert.deepEqual(states.all().map((row) => Object.values(row)), [
    [premise.id, "superseded", 0],
    [near.id, "invalidated", 0],
    [far.id, "invalidated", 0],
    [review.id, "live", 1],
    [now.id, "live", 0],
  ]);
});

Deno.test("addFact() ends conclusions that cite each other in a circle", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const premise = await engine.addFact("default", KEY);
  const a = { subject: "A", body: "a", kind: "conclusion" as const };
  const b = { subject: "B", body: "b", kind: "conclusion" as const };
  const first = await engine.addFact("default", { ...a, premises: [premise.id] });
  const second = await engine.addFact("default", { ...b, premises: [first.id] });
  await engine.addFact("default", { ...a, premises: [second.id] });
  const now = await engine.addFact("default", { ...KEY, body: "gone", supersedes: premise.id });
  assert.deepEqual(now.invalidated, [first.id, second.id]);
});

Deno.test("addFact() refuses links to what is unknown, ended or ended by itself", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const old = await engine.addFact("default", KEY);
  const conclusion = { subject: "C", body: "c", kind: "conclusion" as const };
  await assert.rejects(engine.addFact("default", { ...conclusion, premises: ["none"] }), {
    code: "not_found",
    message: /"premises\[0\]"/,
  });
  await assert.rejects(
    engine.addFact("default", { ...conclusion, premises: [old.id], supersedes: old.id }),
    { code: "invalid_argument" },
  );
  const middle = await engine.addFact("default", { ...conclusion, premises: [old.id] });
  await assert.rejects(
    engine.addFact("default", {
      ...conclusion,
      body: "d",
      premises: [middle.id],
      supersedes: old.id,
    }),
    { code: "conflict" },
  );
  await engine.addFact("default", { ...KEY, body: "new", supersedes: old.id });
  await assert.rejects(engine.addFact("default", { ...conclusion, dependsOn: [old.id] }), {
    code: "conflict",
    message: /"depends_on\[0\]"/,
  });
  assert.equal(engine.stats().facts, 1);
});

Deno.test("addFact() keeps in the tables what a fact said before and what refers to what", async () => {
  await using memory = await openTestMemory();
  const { engine } = memory;
  const old = await engine.addFact("default", { ...KEY, tags: ["ops"] });
  await engine.addFact("default", { ...KEY, tags: ["vault"] });
  const now = await engine.addFact("default", { ...KEY, body: "new", supersedes: old.id });
  const rows = (sql: string) =>
    memory.database.connection.prepare(sql).all().map((row) => Object.values(row));
  assert.deepEqual(
    rows("SELECT id, revision, tags, valid_to, state FROM history ORDER BY revision"),
    [[old.id, 2, '["ops"]', null, "live"], [old.id, 3, '["ops","vault"]', null, "live"]],
  );
  assert.deepEqual(rows("SELECT from_id, kind, to_id, revision FROM edges"), [
    [now.id, "supersedes", old.id, 3],
  ]);
  assert.deepEqual(rows("SELECT name, facts, live, revision FROM namespaces"), [
    ["default", 2, 1, 3],
  ]);
});

Deno.test("addFact() supersedes by an id as long as ids may be", async () => {
  await using memory = await openTestMemory({ subjectBytesMax: 16, idCharsMax: 64 });
  const id = "i".repeat(64);
  await memory.engine.addFact("default", { id, subject: "short", body: "old" });
  const now = await memory.engine.addFact("default", {
    subject: "short",
    body: "new",
    supersedes: id,
  });
  assert.deepEqual(now.superseded, [id]);
});

Deno.test("addFact() names 100 of the facts that it ended and says how many there are", async () => {
  await using memory = await openTestMemory();
  const add = (body: string, more = {}) =>
    memory.engine.addFact("default", { subject: "port", body, ...more });
  for (let fact = 0; fact < 101; fact++) await add(`It was ${fact}`);
  const now = await add("It is 80", { supersedes: "port" });
  assert.deepEqual([now.superseded.length, now.supersededTotal, now.total], [100, 101, 1]);
});

Deno.test("addFact() ends factsEndedMax facts and refuses to end one more", async () => {
  await using memory = await openTestMemory({ factsEndedMax: 3 });
  const add = (body: string, more = {}) =>
    memory.engine.addFact("default", { subject: "port", body, ...more });
  for (const body of ["one", "two", "three"]) await add(body);
  const all = await add("all", { supersedes: "port" });
  assert.equal(all.supersededTotal, 3);
  const conclusion = { subject: "so", kind: "conclusion", premises: [all.id] };
  for (const body of ["a", "b", "c"]) await add(body, conclusion);
  const refusal = { code: "limit_reached", message: /more than 3.*"supersedes"/ };
  await assert.rejects(add("other", { supersedes: all.id }), refusal);
  for (const body of ["four", "five", "six"]) await add(body);
  await assert.rejects(add("other", { supersedes: "port" }), refusal);
  assert.equal(memory.engine.stats().facts, 7);
});

Deno.test("addFact() replaces the one identity of a subject that many other facts have", async () => {
  await using memory = await openTestMemory({ factsEndedMax: 1 });
  const add = (body: string, kind: "pattern" | "identity") =>
    memory.engine.addFact("default", { subject: "me", body, kind });
  for (const body of ["one", "two", "three", "four"]) await add(body, "pattern");
  const first = await add("Ann", "identity");
  assert.deepEqual((await add("Anna", "identity")).superseded, [first.id]);
});
