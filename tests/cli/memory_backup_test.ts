// `car-mcp memory backup` and `restore`: a copy beside a daemon, and its way back.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { databaseOf, memory } from "./_memory_commands.ts";

testOnBoth("a copy beside a daemon comes back, and what was there is kept", async (runtime) => {
  using home = tempHome();
  const run = (...args: string[]) => memory([...args, "--home", home.path], runtime);
  const copy = join(home.path, "copy.db");
  const server = await startServer(runtime, home.path);
  await using _ending = server;
  assert.equal((await run("add", "first", "body")).code, 0);
  const made = await run("backup", copy, "--json");
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(JSON.parse(made.stdout), { path: copy, bytes: statSync(copy).size });
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  assert.equal((await run("add", "second", "body")).code, 0);
  const held = await run("restore", copy);
  assert.equal(held.code, 5);
  assert.match(held.stderr, /Another daemon serves this home/);
  await server.stop();
  const restored = await run("restore", copy, "--json");
  assert.equal(restored.code, 0, restored.stderr);
  const replaced = `${databaseOf(home.path)}.replaced`;
  assert.deepEqual(JSON.parse(restored.stdout), { path: copy, replaced });
  assert.match((await run("list")).stdout, /^\S+\tpattern\t\S+\tfirst\n$/);
  assert.equal((await run("query", "second", "--json")).stdout, "[]\n");
  assert.equal((await run("check")).code, 0);
  assert.match((await run("restore", replaced)).stdout, /What was there is in .*replaced\.2\n$/);
  assert.match((await run("list")).stdout, /second\n.*first\n$/);
});

Deno.test("backup overwrites nothing, and restore takes nothing that is no sound copy", async () => {
  using home = tempHome();
  const run = (...args: string[]) => memory([...args, "--home", home.path]);
  const file = join(home.path, "file");
  assert.equal((await run("backup", file)).code, 4);
  assert.equal(existsSync(file), false);
  assert.equal((await run("add", "kept", "body")).code, 0);
  writeFileSync(file, "mine".repeat(100));
  const taken = await run("backup", file);
  assert.equal(taken.code, 2);
  assert.match(taken.stderr, /is there already/);
  const before = readFileSync(databaseOf(home.path));
  for (const from of [file, join(home.path, "none")]) {
    const refused = await run("restore", from);
    assert.deepEqual([refused.code, refused.stdout], [2, ""], refused.stderr);
    assert.match(refused.stderr, /is no sound copy of a memory|There is no file/);
  }
  assert.ok(readFileSync(databaseOf(home.path)).equals(before));
  assert.equal(readFileSync(file, "utf8"), "mine".repeat(100));
});
