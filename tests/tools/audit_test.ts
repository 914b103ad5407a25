// The tools and the audit: whatever changes the memory says so, whoever it was, without a word of it.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { call, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";

interface Line {
  readonly action: string;
  readonly via: string;
  readonly principal: string;
  readonly client?: string;
  readonly namespace?: string;
}

function linesOf({ home }: TestApp): readonly Line[] {
  const path = join(home, "mcp", "audit.jsonl");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** A call of each tool that writes. */
const WRITES: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
  ["memory_add_fact", { subject: "Plugh", body: "plugh plugh", id: "plugh" }, ["added"]],
  ["memory_save_knowledge", { subject: "Plugh", body: "plugh", tags: ["plugh"] }, ["added"]],
  ["memory_save_procedural", { subject: "Plugh", body: "plugh" }, ["added"]],
  ["memory_update_status", { body: "plugh" }, ["status_set"]],
  ["memory_delete", { id: "plugh" }, ["erased"]],
  ["skill_ingest", { name: "plugh", code: "plugh" }, ["skill_ingested"]],
  ["skill_report", { name: "plugh", outcome: "success", note: "plugh" }, ["skill_reported"]],
  // It counts that it has reminded, and changes nothing of what the memory says.
  ["memory_intervene", { query: "plugh", force: true }, []],
];

Deno.test("every tool that writes is in the audit by its name, for its principal and client", async () => {
  await using server = await testApp();
  const { tools } = await resultOf(await server.post(rpc("tools/list")));
  const writing = tools.filter(({ annotations }: { annotations: { readOnlyHint: boolean } }) =>
    !annotations.readOnlyHint
  ).map(({ name }: { name: string }) => name);
  assert.deepEqual(WRITES.map(([name]) => name).toSorted(), writing.toSorted());
  const session = await server.open();
  for (const [tool, args, actions] of WRITES) {
    const before = linesOf(server).length;
    const result = await resultOf(await session.post(call(tool, args)));
    assert.notEqual(result.isError, true, JSON.stringify(result));
    const lines = linesOf(server).slice(before);
    assert.deepEqual(lines.map(({ action }) => action), actions, tool);
    for (const { via, principal, client, namespace } of lines) {
      assert.deepEqual([via, principal, client, namespace], [tool, "local", "test", "default"]);
    }
  }
  assert.doesNotMatch(JSON.stringify(linesOf(server)), /plugh/i);
});

Deno.test("tools that only read, and calls that are refused, are not in the audit", async () => {
  await using server = await testApp();
  await server.post(call("memory_query", { query: "a" })).then((response) => response.text());
  await server.post(call("memory_delete", { id: "none" })).then((response) => response.text());
  await server.post(call("memory_add_fact", { subject: "s" })).then((response) => response.text());
  assert.deepEqual(linesOf(server), []);
});

Deno.test("an erased fact, its id and all, is in no file of the home, and that it was erased is", async () => {
  await using server = await testApp();
  const traces = ["xyzzy-id", "Xyzzy subject", "Plugh body", "frotz-tag"];
  const [id, subject, body, tag] = traces;
  const session = await server.open();
  const used = async (name: string, args: Record<string, unknown>) =>
    (await resultOf(await session.post(call(name, args)))).structuredContent;
  await used("memory_add_fact", { id, subject, body, tags: [tag] });
  await used("memory_add_fact", { subject: "Newer", body: "Other", supersedes: id });
  const deleted = await used("memory_delete", { id });
  assert.equal(deleted.scrubbed, true);
  assert.deepEqual(
    traces.filter((trace) => filesUnder(server.home).some((text) => text.includes(trace))),
    [],
  );
  assert.deepEqual(
    linesOf(server).map(({ action }) => action),
    ["added", "added", "superseded", "erased"],
  );
});

Deno.test("writes go on without an audit; a metric counts what it misses, and one line says why", async () => {
  const log: string[] = [];
  await using server = await testApp({ writeLog: (line) => log.push(line) });
  mkdirSync(join(server.home, "mcp", "audit.jsonl"));
  const session = await server.open();
  for (const body of ["one", "two"]) {
    const result = await resultOf(
      await session.post(call("memory_add_fact", { subject: "s", body })),
    );
    assert.equal(result.structuredContent.durable, true);
  }
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_audit_lines_lost 2$/m);
  assert.equal(log.filter((line) => line.includes("audit_lost")).length, 1);
});

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [readFileSync(path, "latin1")];
  });
}
