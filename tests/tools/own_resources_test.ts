// The memory's own resources: listed, read, completed, each in its namespace.

import assert from "node:assert/strict";
import { assertRpcError, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";
import { useTool } from "../helpers/use_tool.ts";

const TEAM = { "car-namespace": "team" };

interface Listed {
  readonly uri: string;
  readonly name: string;
}

async function read(server: TestApp, uri: string, headers = {}) {
  const { contents } = await resultOf(await server.post(rpc("resources/read", { uri }), headers));
  assert.equal(contents.length, 1);
  assert.equal(contents[0].uri, uri);
  assert.equal(contents[0].mimeType, "application/json");
  return JSON.parse(contents[0].text);
}

async function list(server: TestApp, headers = {}): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  let params = {};
  for (;;) {
    const page = await resultOf(await server.post(rpc("resources/list", params), headers));
    listed.push(...page.resources);
    if (page.nextCursor === undefined) return listed;
    params = { cursor: page.nextCursor };
  }
}

async function complete(server: TestApp, uri: string, argument: Record<string, string>) {
  const params = { ref: { type: "ref/resource", uri }, argument };
  const { completion } = await resultOf(await server.post(rpc("completion/complete", params)));
  return completion;
}

const refused = async (server: TestApp, uri: string, headers = {}) =>
  await assertRpcError(await server.post(rpc("resources/read", { uri }), headers), 200, -32002);

Deno.test("a fact is read whole by its id, whatever became of it", async () => {
  await using server = await testApp();
  const body = "long ".repeat(10_000);
  await useTool(server, "memory_add_fact", { id: "old", subject: "key", body, tags: ["ops"] });
  await useTool(server, "memory_add_fact", {
    id: "new",
    subject: "key",
    body: "gone",
    supersedes: "old",
  });
  const old = await read(server, "car://memory/fact/old");
  assert.equal(old.body, body);
  assert.deepEqual(
    [old.id, old.subject, old.kind, old.state, old.tags, old.superseded_by],
    ["old", "key", "pattern", "superseded", ["ops"], "new"],
  );
  assert.equal(typeof old.valid_to, "string");
  const latest = await read(server, "car://memory/fact/new");
  assert.deepEqual([latest.state, latest.valid_to, latest.expires_at], ["live", null, null]);
});

Deno.test("a fact is found by its id as it is written in a URI", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { id: "a/b é?#%", subject: "s", body: "b" });
  const listed = (await list(server)).map(({ uri }) => uri);
  const uri = "car://memory/fact/a%2Fb%20%C3%A9%3F%23%25";
  assert.ok(listed.includes(uri), listed.join(" "));
  assert.equal((await read(server, uri)).id, "a/b é?#%");
  assert.equal((await read(server, "car://memory/fact/a/b%20e%CC%81%3F%23%25")).id, "a/b é?#%");
});

Deno.test("a resource that does not exist is not found, whatever its URI looks like mcp:146", async () => {
  await using server = await testApp();
  await useTool(server, "memory_add_fact", { id: "a", subject: "s", body: "b" });
  const uris = [
    ...["car://memory/fact/b", "car://memory/fact/", "car://memory/fact", "car://memory/fact/A"],
    ...["car://memory/fact/%00", "car://memory/fact/%20", "car://memory/fact/%", "car://memory"],
    ...["car://memory/skill/a", "car://memory/status/", "car://memory/fact/a#x", "", "a"],
  ];
  for (const uri of uris) await refused(server, uri);
});

Deno.test("facts, skills and lists of another namespace are not there", async () => {
  await using server = await testApp();
  const fact = { id: "here", subject: "s", body: "b" };
  await useTool(server, "memory_add_fact", fact);
  await useTool(server, "memory_add_fact", { ...fact, id: "there", tenant_id: "team" });
  await useTool(server, "skill_ingest", { name: "here", code: "c" });
  const uris = async (headers = {}) => (await list(server, headers)).map(({ uri }) => uri);
  assert.deepEqual(await uris(), [
    "car://memory/status",
    "car://memory/skill/here",
    "car://memory/fact/here",
  ]);
  assert.deepEqual(await uris(TEAM), ["car://memory/status", "car://memory/fact/there"]);
  await refused(server, "car://memory/fact/there");
  await refused(server, "car://memory/fact/here", TEAM);
  await refused(server, "car://memory/skill/here", TEAM);
  const malformed = await server.post(rpc("resources/list"), { "car-namespace": "no good" });
  await assertRpcError(malformed, 200, -32602);
});

Deno.test("resources/list leads through skills by name and facts that hold, newest first", async () => {
  await using server = await testApp();
  for (let fact = 0; fact < 130; fact++) {
    await useTool(server, "memory_add_fact", { subject: `s${fact}`, body: `b${fact}` });
  }
  await useTool(server, "memory_add_fact", { subject: "s5", body: "other", supersedes: "s5" });
  for (const name of ["b", "a"]) await useTool(server, "skill_ingest", { name, code: "c" });
  const listed = await list(server);
  const uris = listed.map(({ uri }) => uri);
  assert.equal(new Set(uris).size, uris.length);
  assert.deepEqual(uris.slice(0, 3), [
    "car://memory/status",
    "car://memory/skill/a",
    "car://memory/skill/b",
  ]);
  assert.equal(uris.length, 3 + 130);
  const newest = await read(server, uris[3] ?? "");
  assert.deepEqual([newest.subject, newest.body], ["s5", "other"]);
  const oldest = await read(server, uris.at(-1) ?? "");
  assert.equal(oldest.subject, "s0");
});

Deno.test("a skill is read with its code and its record", async () => {
  await using server = await testApp();
  const skill = { name: "deploy site", code: "1. push", description: "Deploys" };
  await useTool(server, "skill_ingest", { ...skill, code: "0. nothing" });
  await useTool(server, "skill_ingest", skill);
  await useTool(server, "skill_report", { name: "deploy site", outcome: "success" });
  const { name, code, description, version, status, success_count } = await read(
    server,
    "car://memory/skill/deploy%20site",
  );
  assert.deepEqual(
    { name, code, description, version, status, success_count },
    { ...skill, version: 2, status: "active", success_count: 1 },
  );
});

Deno.test("the status says how much there is, where, and since when", async () => {
  await using server = await testApp();
  const empty = await read(server, "car://memory/status");
  assert.deepEqual(
    [empty.namespace, empty.facts, empty.skills, empty.namespaces, empty.last_write],
    ["default", 0, 0, [], null],
  );
  await useTool(server, "memory_add_fact", { subject: "s", body: "b" });
  await useTool(server, "memory_add_fact", { subject: "s", body: "b", tenant_id: "team" });
  await useTool(server, "skill_ingest", { name: "a", code: "c" });
  const status = await read(server, "car://memory/status", TEAM);
  assert.deepEqual(
    [status.namespace, status.facts, status.skills, status.namespaces, status.namespaces_total],
    ["team", 1, 0, ["default", "team"], 2],
  );
  assert.ok(status.index_bytes > 0);
  assert.ok(status.database_bytes > 0);
  assert.ok(Date.parse(status.last_write) > 0);
});

Deno.test("the templates are completed with ids and names", async () => {
  await using server = await testApp();
  for (const id of ["key-1", "key-2", "other"]) {
    await useTool(server, "memory_add_fact", { id, subject: id, body: "b" });
  }
  for (const name of ["deploy", "deploy site"]) {
    await useTool(server, "skill_ingest", { name, code: "c" });
  }
  const { resourceTemplates } = await resultOf(await server.post(rpc("resources/templates/list")));
  const [skill, fact] = resourceTemplates.map((each: { uriTemplate: string }) => each.uriTemplate);
  assert.deepEqual(
    [skill, fact],
    ["car://memory/skill/{name}", "car://memory/fact/{id}"],
  );
  assert.deepEqual(await complete(server, fact, { name: "id", value: "key" }), {
    values: ["key-1", "key-2"],
    total: 2,
    hasMore: false,
  });
  assert.deepEqual((await complete(server, skill, { name: "name", value: "deploy " })).values, [
    "deploy site",
  ]);
  assert.deepEqual((await complete(server, fact, { name: "name", value: "" })).values, []);
});
