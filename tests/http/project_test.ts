// The folder a caller works in: how it is named, and that its rules then hold.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ProjectReading, readProject } from "../../src/http/guards/project.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { assertRpcError, call, testApp } from "../helpers/test_app.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

function read(value: string, isLoopback = true): ProjectReading {
  return readProject(new Headers({ "car-project": value }), isLoopback);
}

Deno.test("readProject() takes an absolute path, percent-encoded where it must be", () => {
  for (const path of ["/", "/home/ada/work", "/home/ada/w o r k", "/tmp/é/日本", "/100%/a#b?c"]) {
    assert.deepEqual(read(encodeURI(path)), { kind: "folder", path });
  }
  assert.deepEqual(read("/a b"), { kind: "folder", path: "/a b" });
  assert.deepEqual(readProject(new Headers(), true), { kind: "none" });
  const longest = `/${"d".repeat(4_095)}`;
  assert.deepEqual(read(longest), { kind: "folder", path: longest });
});

const MALFORMED: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["a relative path", "work"],
  ["a path that starts in the home", "~/work"],
  ["a path with half an escape", "/a%2"],
  ["a path that is no UTF-8", "/a%ff"],
  ["a path with a NUL", "/a%00b"],
  ["a path that is too long", `/${"d".repeat(4_096)}`],
  ["a path of too many escapes", `/${"%64".repeat(4_096)}`],
  ["several paths", "/a, /b".repeat(3_000)],
];

for (const [name, value] of MALFORMED) {
  Deno.test(`readProject() finds ${name} malformed`, () => {
    assert.deepEqual(read(value), { kind: "malformed" });
  });
}

Deno.test("readProject() does not look at it where others than this machine can call", () => {
  for (const value of ["/home", "work"]) assert.deepEqual(read(value, false), { kind: "none" });
});

Deno.test("a malformed project is refused before anything runs", async () => {
  await using server = await testApp();
  const response = await server.post(call("skill_list"), { "car-project": "work" });
  const { error } = await assertRpcError(response, 400, -32000);
  assert.match(error.message, /Car-Project must be an absolute path/);
});

Deno.test("the rules of the project hold for the requests that name it, in any session", async () => {
  using repository = tempHome();
  const deep = join(repository.path, "a b", "é");
  mkdirSync(join(repository.path, ".git"));
  mkdirSync(join(repository.path, ".car", "policies"), { recursive: true });
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(repository.path, ".car", "policies", "p.toml"), 'deny_tool = ["skill_list"]');
  await using server = await testApp();
  const session = await server.open();
  const inside = { "car-project": encodeURI(deep) };
  for (const caller of [server, session]) {
    const denied = refusalOf(await useTool(caller, "skill_list", {}, inside));
    assert.match(denied, /^Denied by policy: deny_tool:skill_list/);
    assert.equal((await useTool(caller, "skill_list")).isError, undefined);
    assert.equal((await useTool(caller, "memory_query", { query: "" }, inside)).isError, undefined);
  }
  const both = { ...inside, "car-namespace": "other" };
  assert.match(refusalOf(await useTool(session, "skill_list", {}, both)), /deny_tool/);
  const { structuredContent } = await useTool(server, "policy_check", { tool: "x" }, inside);
  assert.equal(structuredContent.rules_loaded, 1);
  assert.equal(structuredContent.policy_sources.length, 4);
});

Deno.test("a project that is no folder here denies every call, and says so", async () => {
  await using server = await testApp();
  const denied = refusalOf(
    await useTool(server, "skill_list", {}, { "car-project": "/no/such/folder" }),
  );
  assert.equal(
    denied,
    "Denied by policy: policy_load_failed (The project is not a folder that can be read)",
  );
});
