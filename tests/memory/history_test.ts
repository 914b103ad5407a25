import assert from "node:assert/strict";
import { openTestMemory } from "./_test_memory.ts";

const PORT = { subject: "Port", body: "80" };

Deno.test("history() gives all that a fact replaced and was replaced by, from any of them", async () => {
  await using memory = await openTestMemory();
  const startMs = memory.clock.now();
  const first = await memory.engine.addFact("default", PORT);
  await memory.engine.addFact("default", { subject: "Host", body: "example.org" });
  memory.clock.advance(10);
  const second = await memory.engine.addFact("default", {
    subject: "Port of the daemon",
    body: "8080",
    supersedes: first.id,
    source: "ticket 7",
  });
  memory.clock.advance(10);
  const third = await memory.engine.addFact("default", {
    ...PORT,
    body: "9102",
    supersedes: second.id,
    validFromMs: startMs + 15,
  });
  for (const id of [first.id, second.id, third.id]) {
    const { versions, hasMore } = memory.engine.history("default", { id });
    assert.equal(hasMore, false);
    assert.deepEqual(versions.map((version) => [version.body, version.state]), [
      ["9102", "live"],
      ["8080", "superseded"],
      ["80", "superseded"],
    ]);
    assert.deepEqual(versions[0], {
      ...{ id: third.id, subject: "Port", body: "9102", kind: "pattern", state: "live" },
      ...{ validFromMs: startMs + 15, recordedMs: startMs + 20 },
    });
    assert.deepEqual([versions[1]?.validToMs, versions[1]?.supersededBy], [startMs + 15, third.id]);
    assert.deepEqual([versions[2]?.validToMs, versions[2]?.supersededBy], [
      startMs + 10,
      second.id,
    ]);
  }
});

Deno.test("history() gives every fact that ever had a subject, newest first", async () => {
  await using memory = await openTestMemory();
  await memory.engine.addFact("default", PORT);
  memory.clock.advance(1);
  const { id } = await memory.engine.addFact("default", {
    ...PORT,
    body: "8080",
    supersedes: "Port",
  });
  memory.clock.advance(1);
  await memory.engine.addFact("default", {
    ...PORT,
    body: "9102",
    supersedes: id,
    expiresAtMs: memory.clock.now() + 5,
  });
  await memory.engine.addFact("other", { ...PORT, body: "elsewhere" });
  const bodies = (subject: string) =>
    memory.engine.history("default", { subject }).versions.map(({ body }) => body);
  assert.deepEqual(bodies(" Port "), ["9102", "8080", "80"]);
  assert.deepEqual(bodies("port"), []);
  const [newest] = memory.engine.history("default", { subject: "Port" }).versions;
  assert.equal(newest?.validToMs, memory.clock.now() + 5);
  await memory.engine.deleteFact("default", id);
  assert.deepEqual(bodies("Port"), ["9102", "80"]);
});

Deno.test("history() gives the newest hundred of a subject and says that there are more", async () => {
  await using memory = await openTestMemory();
  const adding = Array.from(
    { length: 101 },
    (_, at) => memory.engine.addFact("default", { ...PORT, body: `${at}`, validFromMs: at }),
  );
  await Promise.all(adding);
  const { versions, hasMore } = memory.engine.history("default", { subject: "Port" });
  assert.deepEqual([versions.length, versions[0]?.body, versions[99]?.body, hasMore], [
    100,
    "100",
    "1",
    true,
  ]);
  await memory.engine.deleteFact("default", versions[0]?.id ?? "");
  assert.equal(memory.engine.history("default", { subject: "Port" }).hasMore, false);
});

Deno.test("history() refuses what is unknown, elsewhere or malformed", async () => {
  await using memory = await openTestMemory();
  const { id } = await memory.engine.addFact("default", PORT);
  assert.throws(() => memory.engine.history("other", { id }), { code: "not_found" });
  assert.throws(() => memory.engine.history("default", { id: "none" }), { code: "not_found" });
  for (const subject of ["", "\ud800", "x".repeat(513)]) {
    const code = "invalid_argument";
    assert.throws(() => memory.engine.history("default", { subject }), { code });
  }
});

Deno.test("history() of any version of a long chain has that one, the current one, and says there are more", async () => {
  await using memory = await openTestMemory();
  const ids: string[] = [];
  for (let version = 0; version < 150; version++) {
    memory.clock.advance(1);
    const { id } = await memory.engine.addFact("default", {
      ...PORT,
      body: `${version}`,
      ...(version === 0 ? {} : { supersedes: ids[version - 1] ?? "" }),
    });
    ids.push(id);
  }
  for (const version of [0, 1, 75, 148, 149]) {
    const id = ids[version] ?? "";
    const { versions, hasMore } = memory.engine.history("default", { id });
    const bodies = versions.map(({ body }) => Number(body));
    assert.deepEqual([versions.length, hasMore, bodies[0]], [100, true, 149]);
    assert.equal(versions[0]?.state, "live");
    assert.ok(bodies.includes(version), `${version}`);
    assert.deepEqual(bodies, bodies.toSorted((a, b) => b - a));
  }
  // As many as there may be: nothing is missing.
  for (const id of ids.slice(0, 50)) await memory.engine.deleteFact("default", id);
  const { versions, hasMore } = memory.engine.history("default", { id: ids[149] ?? "" });
  assert.deepEqual([versions.length, hasMore], [100, false]);
});
