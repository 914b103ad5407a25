// `car-mcp memory add`, `query`, `list`, `show`, `history` and `delete`, on the file and beside a daemon.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../helpers/process.ts";
import { DENO, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { memory } from "./_memory_commands.ts";

testOnBoth("facts are added, found, listed, shown and erased without a daemon", async (runtime) => {
  using home = tempHome();
  const run = (...args: string[]) => memory([...args, "--home", home.path], runtime);
  const added = await run("add", "deploy key", "In the vault", "--tag", "ops", "--json");
  assert.equal(added.code, 0, added.stderr);
  const { id, created, durable } = JSON.parse(added.stdout);
  assert.deepEqual([created, durable], [true, true]);
  const newer = await run("add", "deploy key", "In the safe", "--supersedes", id);
  assert.match(newer.stdout, new RegExp(`^fact remembered id=.*\\n  it replaces ${id}\\n$`));

  const [hit, ...others] = JSON.parse((await run("query", "deploy key", "--json")).stdout);
  assert.deepEqual([hit.body, others], ["In the safe", []]);
  const text = await run("query", "where is the deploy key?");
  assert.match(text.stdout, /^deploy key\n {2}In the safe\n {2}\S+ · pattern · [\d.]+ · matches: /);
  assert.equal((await run("query", "zebra")).stdout, "Nothing is known of that\n");

  const listed = await run("list");
  assert.match(listed.stdout, new RegExp(`^${hit.id}\\tpattern\\t\\S+Z\\tdeploy key\\n$`));
  const shown = JSON.parse((await run("show", id, "--json")).stdout);
  assert.deepEqual(
    [shown.body, shown.state, shown.tags, shown.superseded_by],
    ["In the vault", "superseded", ["ops"], hit.id],
  );
  assert.match((await run("show", id)).stdout, /^deploy key\nIn the vault\n\nid +\S+\nkind/);
  const { versions } = JSON.parse((await run("history", id, "--json")).stdout);
  assert.deepEqual(versions.map(({ body }: { body: string }) => body), [
    "In the safe",
    "In the vault",
  ]);
  const deleted = await run("delete", id, "nothing");
  assert.deepEqual([deleted.code, deleted.stdout], [
    8,
    `${id} is erased from every file\nNothing has the id nothing\n`,
  ]);
  assert.equal((await run("delete", hit.id)).code, 0);
  assert.equal((await run("list")).stdout, "");
});

testOnBoth("add and query go through the daemon, the rest reads its file", async (runtime) => {
  using home = tempHome();
  await using server = await startServer(runtime, home.path);
  const run = (...args: string[]) => memory([...args, "--home", home.path], runtime);
  const { id } = JSON.parse((await run("add", "a", "b", "--namespace", "team", "--json")).stdout);
  const found = JSON.parse((await run("query", "a", "--namespace", "team", "--json")).stdout);
  assert.deepEqual(found.map((fact: { id: string }) => fact.id), [id]);
  assert.equal(JSON.parse((await run("query", "a", "--json")).stdout).length, 0);
  const metrics = await (await fetch(new URL("/metrics", server.firstLine))).text();
  assert.match(metrics, /car_tool_calls_total\{tool="memory_add_fact",outcome="ok"\} 1\n/);
  assert.match(metrics, /car_tool_calls_total\{tool="memory_query",outcome="ok"\} 2\n/);
  const shown = JSON.parse((await run("show", id, "--namespace", "team", "--json")).stdout);
  assert.equal(shown.body, "b");
  assert.equal((await run("delete", id, "--namespace", "team")).code, 0);
  // The daemon follows what another process has erased.
  assert.equal((await run("query", "a", "--namespace", "team", "--json")).stdout, "[]\n");
});

Deno.test("reading commands end with 4 where there is no memory, and make none", async () => {
  using home = tempHome();
  for (const args of [["query", "x"], ["list"], ["show", "x"], ["history", "x"], ["delete", "x"]]) {
    const ended = await memory([...args, "--home", home.path]);
    assert.deepEqual([ended.code, ended.stdout], [4, ""]);
    assert.match(ended.stderr, /^car-mcp: There is no memory in [^\n]+\n$/);
  }
  assert.equal(existsSync(join(home.path, "mcp")), false);
});

Deno.test("what is refused ends with 2, what a policy denies with 8, each with its reason", async () => {
  using home = tempHome();
  const run = (...args: string[]) => memory([...args, "--home", home.path]);
  assert.equal((await run("add", "a", "b")).code, 0);
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [["add", "a", ""], /"body" is empty/],
    [["add", "a", "b", "--kind", "odd"], /"kind": .*given "odd"/],
    [["add", "a", "b", "--expires", "soon"], /"expires_at"/],
    [["query", "a", "-k", "51"], /-k must be a whole number from 1 to 50, not "51"/],
    [["query", "a", "--namespace", "ö"], /"namespace" is empty or holds other characters/],
    [["list", "--limit", "0"], /--limit must be a whole number from 1/],
    [["show", "nothing"], /No fact has the id "nothing"/],
    [["history"], /Name either the id of a fact or --subject/],
  ];
  for (const [args, complaint] of refused) {
    const ended = await run(...args);
    assert.deepEqual([ended.code, ended.stdout], [2, ""], args.join(" "));
    assert.match(ended.stderr, complaint);
  }
  mkdirSync(join(home.path, "policies"));
  writeFileSync(join(home.path, "policies", "no.toml"), 'deny_tool = ["memory_add_fact"]\n');
  const denied = await run("add", "a", "c");
  assert.equal(denied.code, 8);
  assert.match(denied.stderr, /Denied by policy: deny_tool:memory_add_fact/);
});

Deno.test("a daemon that does not offer the tool is named as the reason", async () => {
  using home = tempHome();
  writeFileSync(join(home.path, "config.toml"), '[tools]\noffer = ["verify"]\n');
  await using _server = await startServer(DENO, home.path);
  const ended = await memory(["add", "a", "b", "--home", home.path]);
  assert.deepEqual([ended.code, ended.stdout], [2, ""]);
  assert.match(ended.stderr, /The daemon does not offer memory_add_fact; see tools\.offer/);
});
