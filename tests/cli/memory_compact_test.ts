// `car-mcp memory compact`, alone and beside a daemon.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { startServer } from "../helpers/process.ts";
import { DENO, type Runtime, testWithBun } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf } from "../helpers/test_app.ts";
import { databaseOf, fill, memory } from "./_memory_commands.ts";

/** A home whose file is mostly empty pages. */
async function hollow(home: string): Promise<void> {
  await fill(home, 600);
  const database = new DatabaseSync(databaseOf(home));
  database.exec("DELETE FROM facts WHERE number > 1; UPDATE namespaces SET facts = 1, live = 1");
  database.close();
}

async function compactsBeside(runtime: Runtime): Promise<void> {
  using home = tempHome();
  await hollow(home.path);
  await using server = await startServer(DENO, home.path);
  const client = clientOf(fetch, server.firstLine);
  const ended = await memory(["compact", "--home", home.path, "--json"], runtime);
  const { bytesBefore, bytesAfter, isLogEmpty } = JSON.parse(ended.stdout);
  assert.deepEqual([ended.code, isLogEmpty], [0, true], ended.stderr);
  assert.ok(bytesAfter < bytesBefore / 2, `${bytesBefore} to ${bytesAfter}`);
  const found = await resultOf(await client.post(call("memory_query", { query: "body 0" })));
  assert.match(JSON.stringify(found), /body 0/);
  const added = call("memory_add_fact", { subject: "Key", body: "In the vault" });
  assert.match(JSON.stringify(await resultOf(await client.post(added))), /durable/);
  assert.equal((await memory(["check", "--home", home.path])).stdout, "The memory is sound\n");
}

testWithBun("memory compact makes the file smaller beside a daemon (Bun)", compactsBeside);

Deno.test("memory compact makes the file smaller beside a daemon (Deno, all permissions)", () =>
  compactsBeside({ ...DENO, prefix: ["run", "--quiet", "-A"] }));

Deno.test("memory compact makes the file smaller beside a daemon (Deno)", () =>
  compactsBeside(DENO));

Deno.test("memory compact says why it cannot, and is not asked that twice", async () => {
  using home = tempHome();
  await hollow(home.path);
  // As an older program made it.
  const older = new DatabaseSync(databaseOf(home.path));
  older.exec(
    "PRAGMA auto_vacuum = NONE; VACUUM; CREATE TABLE filler AS SELECT zeroblob(100000) AS b",
  );
  older.exec("DROP TABLE filler");
  older.close();
  const sizeOf = () => statSync(databaseOf(home.path)).size;
  const bytes = sizeOf();
  const ended = await memory(["compact", "--home", home.path]);
  assert.equal(ended.code, 1);
  assert.match(
    ended.stderr,
    /^car-mcp: Cannot compact .*: an older program made it, and Deno lets/,
  );
  assert.equal(sizeOf(), bytes);
  const allowed = { ...DENO, prefix: ["run", "--quiet", "-A"] };
  assert.equal((await memory(["compact", "--home", home.path], allowed)).code, 0);
  assert.ok(sizeOf() < bytes);
  assert.equal((await memory(["compact", "--home", home.path])).code, 0);
});

Deno.test("memory compact says so when another process writes", async () => {
  using home = tempHome();
  await hollow(home.path);
  const other = new DatabaseSync(databaseOf(home.path));
  other.exec("BEGIN IMMEDIATE");
  const runtime = { ...DENO, prefix: ["run", "--quiet", "-A"] };
  const ended = await memory(["compact", "--home", home.path], runtime);
  other.close();
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /another process writes to it/);
});
