// `car-mcp audit`, and the commands that stand in it.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProcess, startServer } from "../helpers/process.ts";
import { DENO, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf } from "../helpers/test_app.ts";
import { graphFile, memory } from "./_memory_commands.ts";

interface Entry {
  readonly time: string;
  readonly action: string;
  readonly principal: string;
  readonly via: string;
  readonly client?: string;
  readonly id?: string;
  readonly by?: string;
  readonly namespace?: string;
  readonly added?: number;
}

function runAudit(home: string, args: readonly string[] = [], runtime = DENO) {
  return runProcess({ runtime, args: ["audit", "--home", home, ...args] });
}

async function entriesOf(home: string, args: readonly string[] = [], runtime = DENO) {
  const { code, stdout, stderr } = await runAudit(home, ["--json", ...args], runtime);
  assert.deepEqual([code, stderr], [0, ""]);
  return JSON.parse(stdout) as { readonly entries: readonly Entry[]; readonly has_more: boolean };
}

testOnBoth("what is done over HTTP is shown by audit, also after a kill", async (runtime) => {
  using home = tempHome();
  const ids: string[] = [];
  {
    await using server = await startServer(runtime, home.path);
    const { open } = clientOf(fetch, server.firstLine);
    const session = await open();
    const used = async (name: string, args: Record<string, unknown>) =>
      (await resultOf(await session.post(call(name, args)))).structuredContent;
    const subject = "Secret subject";
    ids.push((await used("memory_add_fact", { subject, body: "secret" })).id);
    const replaced = { subject, body: "new secret", supersedes: ids[0] };
    ids.push((await used("memory_add_fact", replaced)).id);
    await used("memory_delete", { id: ids[0] });
    await used("memory_add_fact", { subject, body: "last secret", tenant_id: "team" });
    // What was answered outlives the process.
    await server.stop("SIGKILL");
  }
  const { entries } = await entriesOf(home.path, [], runtime);
  const [first, second] = ids;
  assert.deepEqual(
    entries.map((
      { action, id, by, via, principal, client, namespace },
    ) => [action, id, by, via, principal, client, namespace]).slice(0, 4),
    [
      ["added", first, undefined, "memory_add_fact", "local", "test", "default"],
      ["added", second, undefined, "memory_add_fact", "local", "test", "default"],
      ["superseded", first, second, "memory_add_fact", "local", "test", "default"],
      ["erased", first, undefined, "memory_delete", "local", "test", "default"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(entries), /secret/i);
  const actions = async (...args: string[]) =>
    (await entriesOf(home.path, args, runtime)).entries.map(({ action }) => action);
  assert.deepEqual(await actions("--id", first ?? ""), ["added", "superseded", "erased"]);
  assert.deepEqual(await actions("--namespace", "team"), ["added"]);
  assert.deepEqual(await actions("--action", "erased"), ["erased"]);
  assert.deepEqual(await actions("--principal", "nobody"), []);
  assert.deepEqual(await actions("--until", entries[0]?.time ?? ""), []);
  assert.equal((await actions("--since", entries[0]?.time ?? "")).length, 5);
  assert.deepEqual(await actions("--limit", "2"), ["erased", "added"]);
});

Deno.test("the commands that move a memory are in the audit, and those that only look are not", async () => {
  using home = tempHome();
  const run = async (...args: string[]) => {
    const ended = await memory([...args, "--home", home.path]);
    assert.equal(ended.code, 0, ended.stderr);
  };
  const copy = join(home.path, "copy.db");
  await run("add", "s", "b");
  await run("export", join(home.path, "out.jsonl"), "--namespace", "default");
  await run("import", graphFile(home.path), "--namespace", "notes");
  await run("backup", copy);
  await run("restore", copy);
  for (const looking of ["stats", "check", "list", "query"]) await run(looking);
  const { entries } = await entriesOf(home.path);
  assert.deepEqual(
    entries.map(({ action, via, namespace, added }) => [action, via, namespace, added]),
    [
      ["added", "memory_add_fact", "default", undefined],
      ["exported", "memory export", "default", undefined],
      ["import_begun", "memory import", "notes", undefined],
      ["imported", "memory import", "notes", 4],
      ["backed_up", "memory backup", undefined, undefined],
      ["restored", "memory restore", undefined, undefined],
    ],
  );
  for (const { principal, client } of entries) {
    assert.deepEqual([principal, client], ["local", "car-mcp command"]);
  }
  assert.equal(statSync(join(home.path, "mcp", "audit.jsonl")).mode & 0o777, 0o600);
});

Deno.test("audit prints a line with tabs for each entry, the last ones of many", async () => {
  using home = tempHome();
  assert.deepEqual((await runAudit(home.path)).stdout, "");
  for (const body of ["one", "two", "three"]) {
    await memory(["add", "s", body, "--id", body, "--home", home.path]);
  }
  const { code, stdout } = await runAudit(home.path, ["--limit", "2"]);
  assert.equal(code, 0);
  const rows = stdout.slice(0, -1).split("\n").map((row) => row.split("\t"));
  assert.equal(rows.length, 2);
  for (const [time, action, principal, id, via, kind, namespace, client, detail] of rows) {
    assert.match(time ?? "", /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
    assert.match(id ?? "", /^#[0-9a-f]{16}$/);
    assert.deepEqual(
      [action, principal, via, kind, namespace, client, detail],
      ["added", "local", "memory_add_fact", "pattern", "default", "car-mcp command", ""],
    );
  }
  assert.equal((await entriesOf(home.path, ["--limit", "2"])).has_more, true);
});

Deno.test("audit refuses what it does not understand, and says what it does", async () => {
  using home = tempHome();
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [["--action", "ate"], /--action must be one of added, repeated, .*not "ate"/],
    [["--since", "yesterday"], /--since must be a time like 2026-01-31T09:30:00Z/],
    [["--until", "2026-02-31"], /--until must be a time/],
    [["--limit", "0"], /--limit must be a whole number from 1/],
  ];
  for (const [args, complaint] of refused) {
    const ended = await runAudit(home.path, args);
    assert.deepEqual([ended.code, ended.stdout], [2, ""]);
    assert.match(ended.stderr, complaint);
  }
});

Deno.test("a command that cannot be noted is done all the same, and audit says what it cannot read", async () => {
  using home = tempHome();
  await memory(["add", "s", "b", "--home", home.path]);
  const path = join(home.path, "mcp", "audit.jsonl");
  rmSync(path);
  mkdirSync(path);
  const exported = await memory(["export", "--home", home.path]);
  assert.equal(exported.code, 0);
  assert.match(exported.stdout, /"body":"b"/);
  assert.match(exported.stderr, /^car-mcp: Cannot note this in the audit: [^\n]+\n$/);
  rmSync(path, { recursive: true });
  writeFileSync(path, "no line\n");
  const ended = await runAudit(home.path);
  assert.deepEqual([ended.code, ended.stdout], [0, ""]);
  assert.match(ended.stderr, /1 line of the audit cannot be read/);
});
