// memory_add_fact and memory_query as a client sees them: results, refusals and bounds.

import assert from "node:assert/strict";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, type ToolResult, useTool } from "../helpers/use_tool.ts";

Deno.test("memory_add_fact answers one line and the whole object mcp:145", async () => {
  await using server = await testApp();
  const fact = {
    subject: "deploy key",
    body: "Lives in the vault",
    tags: ["ops"],
    kind: "decision",
  };
  const added = await useTool(server, "memory_add_fact", fact);
  const { id } = added.structuredContent;
  assert.equal(added.content[0].text, `fact remembered id=${id} total=1 durable=true`);
  assert.deepEqual(added.structuredContent, {
    id,
    subject: "deploy key",
    kind: "decision",
    created: true,
    durable: true,
    total: 1,
    superseded: [],
    superseded_total: 0,
    related: [],
    conflicts: [],
    conflicts_total: 0,
    invalidated: [],
    invalidated_total: 0,
  });
});

Deno.test("memory_add_fact does not store the same fact twice", async () => {
  await using server = await testApp();
  const fact = { subject: "s", body: "b" };
  const first = await useTool(server, "memory_add_fact", fact);
  const again = await useTool(server, "memory_add_fact", { ...fact, tags: ["new"] });
  const { id } = first.structuredContent;
  assert.equal(again.content[0].text, `fact already known id=${id} total=1 durable=true`);
  assert.equal(again.structuredContent.created, false);
  assert.equal(again.structuredContent.duplicate_of, id);
  const tagged = await useTool(server, "memory_query", { query: "b", tags: ["new"] });
  assert.equal(tagged.structuredContent.facts.length, 1);
});

Deno.test("memory_add_fact tells of conflicts and supersedes them by id or subject", async () => {
  await using server = await testApp();
  const port = (body: string, more = {}) =>
    useTool(server, "memory_add_fact", { subject: "port", body, ...more });
  const old = (await port("It is 80")).structuredContent.id;
  const second = await port("It is 8080");
  assert.deepEqual(second.structuredContent.conflicts, [
    { id: old, subject: "port", body: "It is 80" },
  ]);
  assert.equal(second.structuredContent.conflicts_total, 1);
  assert.match(second.content[0].text, new RegExp(`conflicts=${old}`));
  const third = await port("It is 9102", { supersedes: "port" });
  assert.equal(third.structuredContent.superseded.length, 2);
  const found = await useTool(server, "memory_query", { query: "port" });
  assert.deepEqual(found.structuredContent.facts.map((fact: ToolResult) => fact.body), [
    "It is 9102",
  ]);
  const all = await useTool(server, "memory_query", { query: "port", include_superseded: true });
  assert.equal(all.structuredContent.facts.length, 3);
});

Deno.test("memory_add_fact refuses a known id with another body and names supersedes", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { id: "mine", subject: "s", body: "one" });
  const again = await useTool(server, "memory_add_fact", { id: "mine", subject: "s", body: "two" });
  assert.match(refusalOf(again), /supersedes/);
});

Deno.test("memory_add_fact invalidates the conclusions that lost a premise", async () => {
  await using server = await testApp();
  const premise = (await useTool(server, "memory_add_fact", { subject: "db", body: "is Postgres" }))
    .structuredContent.id;
  const conclusion = (await useTool(server, "memory_add_fact", {
    subject: "backup",
    body: "use pg_dump",
    kind: "conclusion",
    premises: [premise],
  })).structuredContent.id;
  const changed = await useTool(server, "memory_add_fact", {
    subject: "db",
    body: "is SQLite",
    supersedes: premise,
  });
  assert.deepEqual(changed.structuredContent.invalidated, [conclusion]);
});

Deno.test("memory_query answers a bare array as text and the object beside it mcp:145 mcp:148", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { subject: "daemon", body: "shared engine works" });
  const found = await useTool(server, "memory_query", { query: "daemon", k: 5 });
  const { facts } = found.structuredContent;
  assert.deepEqual(JSON.parse(found.content[0].text), facts);
  assert.deepEqual(Object.keys(facts[0]), [
    "id",
    "subject",
    "body",
    "kind",
    "activation",
    "why",
  ]);
  assert.ok(facts[0].activation > 0 && facts[0].activation <= 1);
  assert.match(facts[0].why, /daemon/);
});

Deno.test("memory_query finds the most recent facts for no words and none for unknown ones", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { subject: "first", body: "older" });
  await useTool(server, "memory_add_fact", { subject: "second", body: "newer" });
  const recent = (await useTool(server, "memory_query", { query: "" })).structuredContent.facts;
  assert.deepEqual(
    recent.map((fact: ToolResult) => fact.why),
    Array(2).fill("no query: most recent"),
  );
  const unknown = await useTool(server, "memory_query", { query: "xylophone" });
  assert.equal(unknown.content[0].text, "[]");
});

Deno.test("memory_query filters by kind and by time, half-open", async () => {
  await using server = await testApp();
  const add = (body: string, valid_from: string, kind: string) =>
    useTool(server, "memory_add_fact", { subject: "note", body, valid_from, kind });
  await add("january", "2026-01-01T00:00:00Z", "pattern");
  await add("february", "2026-02-01", "decision");
  const bodies = async (args: Record<string, unknown>) =>
    (await useTool(server, "memory_query", { query: "note", ...args })).structuredContent.facts
      .map((fact: ToolResult) => fact.body).sort();
  assert.deepEqual(await bodies({ kinds: ["decision"] }), ["february"]);
  assert.deepEqual(await bodies({ since: "2026-01-01T01:00:00+01:00" }), ["february", "january"]);
  assert.deepEqual(await bodies({ until: "2026-02-01T00:00:00Z" }), ["january"]);
});

Deno.test("arguments are refused with the field, what was given and what is allowed mcp:118", async () => {
  await using server = await testApp();
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["memory_query", {}, /"query": required/],
    ["memory_query", { query: 5 }, /"query": expected string, given 5/],
    ["memory_query", { query: "x", k: 51 }, /"k".*<=50, given 51/],
    ["memory_query", { query: "x", k: 0 }, /"k".*>=1, given 0/],
    ["memory_query", { query: "x", K: 5 }, /Unknown argument "K"/],
    ["memory_query", { query: "x", since: "yesterday" }, /"since" is not a time/],
    ["memory_query", { query: "x", since: "2026-02-31" }, /"since" is not a time/],
    ["memory_query", { query: "x".repeat(8_193) }, /8193.*8192/],
    ["memory_query", { query: "x", kinds: ["opinion"] }, /kinds.0.*"opinion"/],
    ["memory_add_fact", { subject: "s" }, /"body": required/],
    ["memory_add_fact", { subject: "", body: "b" }, /subject/],
    ["memory_add_fact", { subject: "s".repeat(513), body: "b" }, /513.*512/],
    ["memory_add_fact", { subject: "s", body: "b".repeat(65_537) }, /65537.*65536/],
    ["memory_add_fact", { subject: "s", body: "b", tags: Array(33).fill("t") }, /tags/],
    ["memory_add_fact", { subject: "s", body: "b", tags: ["t".repeat(65)] }, /65.*64/],
    ["memory_add_fact", { subject: "s", body: "b", id: "i".repeat(129) }, /129.*128/],
    ["memory_add_fact", { subject: "s", body: "b", source: "x".repeat(257) }, /257.*256/],
    ["memory_add_fact", { subject: "s", body: "\u0000" }, /body/],
    ["memory_add_fact", { subject: "\ud800", body: "b" }, /subject/],
    ["memory_add_fact", { subject: "s", body: "b", kind: "opinion" }, /"kind".*"opinion"/],
    ["memory_add_fact", { subject: "s", body: "b", supersedes: "nothing" }, /supersedes/],
    ["memory_add_fact", { subject: "s", body: "b", tenant_id: "no blanks" }, /tenant_id/],
  ];
  for (const [name, args, complaint] of cases) {
    assert.match(refusalOf(await useTool(server, name, args)), complaint);
  }
  const found = await useTool(server, "memory_query", { query: "" });
  assert.deepEqual(found.structuredContent.facts, []);
});

Deno.test("a fact lives in the namespace of its request: argument, header, default", async () => {
  await using server = await testApp();
  const header = { "car-namespace": "team/a" };
  await useTool(server, "memory_add_fact", { subject: "s", body: "in default" });
  await useTool(server, "memory_add_fact", { subject: "s", body: "in header" }, header);
  await useTool(
    server,
    "memory_add_fact",
    { subject: "s", body: "in argument", tenant_id: "team/b" },
    header,
  );
  const bodies = async (args: Record<string, unknown>, headers = {}) =>
    (await useTool(server, "memory_query", { query: "s", ...args }, headers)).structuredContent
      .facts
      .map((fact: ToolResult) => fact.body);
  assert.deepEqual(await bodies({}), ["in default"]);
  assert.deepEqual(await bodies({}, header), ["in header"]);
  assert.deepEqual(await bodies({ tenant_id: "team/b" }), ["in argument"]);
  const malformed = await useTool(server, "memory_query", { query: "s" }, {
    "car-namespace": "a b",
  });
  assert.match(refusalOf(malformed), /Car-Namespace/);
});

Deno.test("an answer stays within its bytes and marks the bodies it shortened", async () => {
  await using server = await testApp();
  for (let fact = 0; fact < 8; fact++) {
    const filler = `filler ${"lorem ipsum ".repeat(1_000)}`;
    const body = `${filler} needle number ${fact} ${filler}`;
    await useTool(server, "memory_add_fact", { subject: `long ${fact}`, body });
  }
  await useTool(server, "memory_add_fact", { subject: "short", body: "a needle" });
  const found = await useTool(server, "memory_query", { query: "needle", k: 9 });
  const { facts } = found.structuredContent;
  assert.equal(facts.length, 9);
  assert.ok(new TextEncoder().encode(found.content[0].text).byteLength <= 16 * 1024);
  for (const fact of facts) {
    assert.match(fact.body, /needle/);
    assert.equal(fact.truncated, fact.subject === "short" ? undefined : true);
  }
});

Deno.test("memory_add_fact works whatever the client calls itself", async () => {
  await using server = await testApp();
  for (const name of ["", " ", "a\u0000b", "\ud800", "n".repeat(10_000)]) {
    const clientInfo = { name, version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const opened = await server.post({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    const id = opened.headers.get("mcp-session-id") ?? "";
    await opened.body?.cancel();
    const fact = { subject: "s", body: `stored by ${name.length}` };
    const added = await useTool(server, "memory_add_fact", fact, { "mcp-session-id": id });
    assert.equal(added.isError, undefined);
  }
});

Deno.test("memory_add_fact names the first of many facts that it ended, and how many there are", async () => {
  await using server = await testApp();
  const add = async (fact: Record<string, unknown>) =>
    (await useTool(server, "memory_add_fact", fact)).structuredContent.id;
  const padding = "i".repeat(100);
  const premise = await add({ id: `premise ${padding}`, subject: "port", body: "It is 80" });
  for (let fact = 0; fact < 60; fact++) {
    await add({ id: `fact ${fact} ${padding}`, subject: "port", body: `It was ${fact}` });
    const conclusion = { kind: "conclusion", premises: [premise] };
    await add({ id: `so ${fact} ${padding}`, subject: "so", body: `so ${fact}`, ...conclusion });
  }
  const now = { subject: "port", body: "It is 9102", supersedes: "port" };
  const { content, structuredContent } = await useTool(server, "memory_add_fact", now);
  const { superseded, invalidated } = structuredContent;
  assert.equal(structuredContent.superseded_total, 61);
  assert.equal(structuredContent.invalidated_total, 60);
  assert.ok(superseded.length > 10 && superseded.length < 61);
  assert.ok(invalidated.length > 10 && invalidated.length < 60);
  assert.ok(content[0].text.includes(`${superseded.at(-1)}+${61 - superseded.length}`));
  assert.ok(content[0].text.length <= 16 * 1024);
  assert.ok(JSON.stringify(structuredContent).length <= 16 * 1024);
});

Deno.test("memory_query leaves out the last facts when not even their names fit", async () => {
  await using server = await testApp({ environment: { CAR_TOOLS_ANSWER_BYTES_MAX: "1024" } });
  for (let fact = 0; fact < 10; fact++) {
    const subject = `needle ${fact} ${"s".repeat(200)}`;
    await useTool(server, "memory_add_fact", { subject, body: "b" });
  }
  const { content, structuredContent } = await useTool(server, "memory_query", {
    query: "needle",
    k: 10,
  });
  assert.ok(content[0].text.length <= 1024);
  assert.ok(structuredContent.facts.length > 0 && structuredContent.facts.length < 10);
});
