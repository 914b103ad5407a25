// `car-mcp memory` as a person or a script meets it: alone, beside a daemon, and on files that are not
// what they should be.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { limitsWith } from "../../src/base/limits.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { MIGRATIONS } from "../../src/storage/migrations.ts";
import { startServer } from "../helpers/process.ts";
import { MAIN, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf } from "../helpers/test_app.ts";
import { databaseOf, fill, GRAPH, graphFile, memory } from "./_memory_commands.ts";

testOnBoth(
  "memory import takes a file, says so, and the second time changes nothing",
  async (runtime) => {
    using folder = tempHome();
    const home = join(folder.path, "home");
    const file = graphFile(folder.path);
    const first = await memory(["import", file, "--home", home], runtime);
    assert.deepEqual(first, {
      code: 0,
      signal: null,
      stdout: "3 lines of memory.json: 4 added, 0 changed, 0 known, 0 skipped\n",
      stderr: "",
    });
    assert.equal(statSync(databaseOf(home)).mode & 0o777, 0o600);
    const second = await memory(["import", file, "--home", home, "--json"], runtime);
    const { added, changed, known } = JSON.parse(second.stdout);
    assert.deepEqual([second.code, added, changed, known], [0, 0, 0, 4]);
  },
);

testOnBoth(
  "memory export beside a daemon is imported beside another one, and found there",
  async (runtime) => {
    using from = tempHome();
    using to = tempHome();
    const file = join(from.path, "out.jsonl");
    {
      await using server = await startServer(runtime, from.path);
      const client = clientOf(fetch, server.firstLine);
      await resultOf(
        await client.post(call("memory_add_fact", { subject: "Key", body: "In the vault" })),
      );
      const ended = await memory(["export", file, "--home", from.path], runtime);
      assert.deepEqual(ended, { code: 0, signal: null, stdout: "", stderr: "" });
    }
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await using server = await startServer(runtime, to.path);
    const client = clientOf(fetch, server.firstLine);
    const query = call("memory_query", { query: "vault" });
    const before = await resultOf(await client.post(query));
    assert.doesNotMatch(JSON.stringify(before), /vault/);
    const ended = await memory(["import", file, "--home", to.path], runtime);
    assert.equal(ended.code, 0, ended.stderr);
    const after = await resultOf(await client.post(query));
    assert.match(JSON.stringify(after), /In the vault/);
  },
);

Deno.test("memory export overwrites no file, and leaves none when it fails", async () => {
  using folder = tempHome();
  const home = join(folder.path, "home");
  await memory(["import", graphFile(folder.path), "--home", home]);
  const file = join(folder.path, "mine.txt");
  writeFileSync(file, "mine");
  const ended = await memory(["export", file, "--home", home]);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /^car-mcp: Cannot write the export: /);
  assert.equal(readFileSync(file, "utf8"), "mine");
});

Deno.test("memory import says which lines it skipped, and ends with 8", async () => {
  using folder = tempHome();
  const file = join(folder.path, "bad.json");
  writeFileSync(file, `${GRAPH}\n{"type":"song"}\n`);
  const ended = await memory(["import", file, "--home", join(folder.path, "home")]);
  assert.equal(ended.code, 8);
  assert.match(ended.stdout, /4 added, 0 changed, 0 known, 1 skipped\n {2}line 4: "type"/);
});

Deno.test("memory import ends with 8 when an export was cut short", async () => {
  using folder = tempHome();
  const file = join(folder.path, "cut.jsonl");
  writeFileSync(file, '{"format":"car-mcp-memory","version":1}\n');
  const ended = await memory(["import", file, "--home", join(folder.path, "home")]);
  assert.equal(ended.code, 8);
  assert.match(ended.stdout, /ends too early/);
});

Deno.test("memory import ends with 2 for a missing or foreign file and makes nothing of it", async () => {
  using folder = tempHome();
  const home = join(folder.path, "home");
  const foreign = join(folder.path, "list.txt");
  writeFileSync(foreign, "secret milk\n");
  for (const file of [join(folder.path, "none"), folder.path, foreign]) {
    const ended = await memory(["import", file, "--home", home]);
    assert.equal(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, /^car-mcp: ("line" is no JSON|Cannot (read|import))/);
    assert.doesNotMatch(ended.stderr, /secret/);
  }
});

for (const command of ["export", "stats", "check", "compact"]) {
  Deno.test(`memory ${command} ends with 4 where there is no memory, and makes none`, async () => {
    using folder = tempHome();
    const home = join(folder.path, "home");
    const ended = await memory([command, "--home", home]);
    assert.equal(ended.code, 4);
    assert.match(ended.stderr, /^car-mcp: There is no memory in /);
    assert.equal(existsSync(home), false);
  });
}

for (const command of ["export", "import", "stats", "check", "compact"]) {
  Deno.test(`memory ${command} --help shows examples and exit codes`, async () => {
    const ended = await memory([command, "--help"]);
    assert.equal(ended.code, 0);
    for (const part of ["--home", "Examples:", "Exit codes: 0 "]) {
      assert.ok(ended.stdout.includes(part), part);
    }
  });
}

Deno.test("memory stats counts by namespace", async () => {
  using folder = tempHome();
  const home = join(folder.path, "home");
  await memory(["import", graphFile(folder.path), "--home", home, "--namespace", "people"]);
  const text = await memory(["stats", "--home", home]);
  assert.match(text.stdout, /^file .*\npeople: 4 facts, \d+ bytes of text, 2 edges, 0 skills\n$/);
  const json = JSON.parse((await memory(["stats", "--home", home, "--json"])).stdout);
  assert.deepEqual(json.namespaces.map((one: { live: number }) => one.live), [4]);
  assert.ok(json.databaseBytes > 0);
  const none = await memory(["stats", "--home", home, "--namespace", "other"]);
  assert.match(none.stdout, /no namespace holds anything/);
});

testOnBoth("memory check finds a sound memory sound, and broken rows by kind", async (runtime) => {
  using folder = tempHome();
  const home = join(folder.path, "home");
  await memory(["import", graphFile(folder.path), "--home", home]);
  const sound = await memory(["check", "--home", home], runtime);
  assert.deepEqual([sound.code, sound.stdout], [0, "The memory is sound\n"]);
  const database = new DatabaseSync(databaseOf(home));
  database.exec("DELETE FROM facts WHERE body = 'Acme (company)'");
  database.close();
  const broken = await memory(["check", "--home", home], runtime);
  assert.equal(broken.code, 8);
  assert.match(broken.stdout, /rows: 1 edges from or to a fact that is not there\n/);
  assert.match(broken.stdout, /rows: 1 namespaces whose facts are counted wrong\n/);
  assert.match(broken.stdout, /To do: car-mcp memory export /);
  const json = JSON.parse((await memory(["check", "--home", home, "--json"], runtime)).stdout);
  assert.deepEqual([json.isSound, json.findings.length], [false, 2]);
});

testOnBoth(
  "memory check and export work on a file that was cut, and leave it as it is",
  async (runtime) => {
    using home = tempHome();
    await fill(home.path, 600);
    const path = databaseOf(home.path);
    truncateSync(path, Math.floor(statSync(path).size * 0.6 / 4_096) * 4_096);
    const before = readFileSync(path);
    const checked = await memory(["check", "--home", home.path], runtime);
    assert.equal(checked.code, 8);
    assert.match(checked.stdout, /The memory is not sound:\n {2}damage: /);
    const out = join(home.path, "out.jsonl");
    const ended = await memory(["export", out, "--home", home.path], runtime);
    assert.equal(ended.code, 6, ended.stderr);
    assert.match(ended.stderr, /could not be read; the rest was written/);
    assert.ok(readFileSync(path).equals(before));
    const lines = readFileSync(out, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    const facts = lines.filter(({ type }) => type === "fact");
    assert.ok(facts.length > 100, `${facts.length} facts`);
    assert.ok(lines.at(-1).unreadable > 0);
    mkdirSync(join(home.path, "new"));
    const taken = await memory(["import", out, "--home", join(home.path, "new")], runtime);
    assert.equal(taken.code, 0, taken.stdout + taken.stderr);
  },
);

Deno.test("memory export reads around pages that were overwritten", async () => {
  using home = tempHome();
  await fill(home.path, 600);
  const path = databaseOf(home.path);
  const bytes = readFileSync(path);
  const at = bytes.indexOf("body 300 ");
  const page = Math.floor(at / 4_096) * 4_096;
  bytes.fill(0xa5, page, page + 4_096);
  writeFileSync(path, bytes);
  const ended = await memory(["export", "--home", home.path]);
  assert.equal(ended.code, 6, ended.stderr);
  const ids = ended.stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ type }) => type === "fact").map(({ id }) => id);
  assert.ok(ids.length > 550, `${ids.length} facts`);
  assert.ok(ids.includes("f0") && ids.includes("f599") && !ids.includes("f300"));
  assert.ok(readFileSync(path).equals(bytes));
});

Deno.test("memory export and check refuse a file of a newer program with 6", async () => {
  using home = tempHome();
  await fill(home.path, 1);
  const database = new DatabaseSync(databaseOf(home.path));
  database.exec("PRAGMA user_version = 9999");
  database.close();
  for (const command of ["export", "check", "stats", "compact"]) {
    const ended = await memory([command, "--home", home.path]);
    assert.equal(ended.code, 6, ended.stderr);
    assert.match(ended.stderr, /version is 9999/);
  }
});

testOnBoth("memory export ends with 1 when nobody reads it any more", async (runtime) => {
  using home = tempHome();
  await fill(home.path, 2_000);
  const args = [...runtime.prefix, MAIN, "memory", "export", "--home", home.path];
  const child = spawn(runtime.command, args, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
  const [code] = await once(child, "close");
  assert.deepEqual([code, stderr], [1, "car-mcp: Nobody reads the output any more\n"]);
});

Deno.test("memory export brings a file of an older program up to date first", async () => {
  using home = tempHome();
  mkdirSync(join(home.path, "mcp"));
  const path = databaseOf(home.path);
  const older = MIGRATIONS.slice(0, 2);
  await openDatabase({ path, limits: limitsWith(), migrations: older }).close();
  const ended = await memory(["export", "--home", home.path]);
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, /"type":"end","lines":0,/);
});
