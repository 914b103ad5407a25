// Attack: another user of the machine reads what lies in the home, or puts a file or a link there before
// the program comes to it: where the home lies in a folder for all, or was made with loose rights.

import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createToken, hashOf, writeToken } from "../../src/auth/token_text.ts";
import { runProcess, startServer } from "../helpers/process.ts";
import { DENO, type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, rpc } from "../helpers/test_app.ts";
import { startVictim } from "./_victim.ts";

// Only an administrator can give a file to somebody else.
const IS_ADMINISTRATOR = process.getuid?.() === 0;
const SOMEBODY_ELSE = 12_345;
const OTHERS = 0o077;

/** A runtime whose programs give to everybody what they make, unless they take care. */
function generous(runtime: Runtime): Runtime {
  const prefix = ["-c", 'umask 000; exec "$0" "$@"', runtime.command, ...runtime.prefix];
  return { ...runtime, command: "sh", prefix };
}

/** All files and folders below that others may use, each with its mode. */
function openToOthers(folder: string): readonly string[] {
  return [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name)),
  ]
    .filter((path) => (lstatSync(path).mode & OTHERS) !== 0)
    .map((path) => `${path} ${(lstatSync(path).mode & 0o777).toString(8)}`);
}

testOnBoth("nobody else can read a file that was made, whatever the umask", async (runtime) => {
  using place = tempHome();
  const home = join(place.path, "new", "home");
  const loose = generous(runtime);
  const run = (...args: string[]) =>
    runProcess({ runtime: loose, args: [...args, "--home", home] });
  const given = await run("token", "create", "ann", "--json");
  const { token } = JSON.parse(given.stdout);
  await using server = await startServer(loose, home, [], {
    CAR_AUTH_TOKENS: "true",
    CAR_SESSIONS_PERSIST: "true",
  });
  const client = clientOf((request) => fetch(request), server.firstLine);
  const headers = { authorization: `Bearer ${token}` };
  for (
    const request of [
      call("memory_add_fact", { subject: "kept", body: "from others" }),
      call("skill_ingest", { name: "a", description: "b", code: "c" }),
      rpc("initialize", {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "a", version: "1" },
      }),
    ]
  ) await (await client.post(request, headers)).body?.cancel();
  for (const file of ["backup", "export"] as const) {
    const { code, stderr } = await run("memory", file, join(home, `${file}ed`));
    assert.equal(code, 0, stderr);
  }
  assert.equal((await server.stop()).code, 0);
  assert.ok(readdirSync(join(home, "mcp")).length > 5);
  assert.deepEqual(openToOthers(home), []);
});

testOnBoth("rights that a home gives to others are taken back", async (runtime) => {
  using home = tempHome();
  for (const name of ["mcp", "policies", "upstreams"]) {
    mkdirSync(join(home.path, name));
    chmodSync(join(home.path, name), 0o777);
  }
  chmodSync(home.path, 0o777);
  await using _server = await startServer(runtime, home.path);
  const modes = ["", "mcp", "policies", "upstreams"].map((name) =>
    (statSync(join(home.path, name)).mode & 0o777).toString(8)
  );
  assert.deepEqual(modes, ["755", "700", "755", "755"]);
});

/** Has somebody else own a path, and whatever is below. */
function giveAway(path: string): void {
  chownSync(path, SOMEBODY_ELSE, SOMEBODY_ELSE);
}

/** What `serve` says of a home that it must not use. */
async function assertRefused(home: string): Promise<void> {
  const args = ["serve", "--home", home, "--bind", "127.0.0.1:0"];
  const { code, stdout, stderr } = await runProcess({ runtime: DENO, args });
  assert.equal(code, 4, `${stdout}${stderr}`);
  assert.equal(stdout, "");
  assert.match(stderr, /another user|everybody/);
}

Deno.test({
  name: "a home that somebody else made is not used",
  ignore: !IS_ADMINISTRATOR,
  fn: async () => {
    await Promise.all(["", "mcp", "policies", "upstreams"].map(async (name) => {
      using home = tempHome();
      mkdirSync(join(home.path, name), { recursive: true });
      giveAway(join(home.path, name));
      await assertRefused(home.path);
    }));
  },
});

Deno.test({
  name: "a link of the home to somebody else's folder is not followed",
  ignore: !IS_ADMINISTRATOR,
  fn: async () => {
    using theirs = tempHome();
    chmodSync(theirs.path, 0o777);
    giveAway(theirs.path);
    await Promise.all(["mcp", "policies", "upstreams"].map(async (name) => {
      using home = tempHome();
      symlinkSync(theirs.path, join(home.path, name));
      await assertRefused(home.path);
    }));
    assert.equal(statSync(theirs.path).mode & 0o777, 0o777);
    assert.deepEqual(readdirSync(theirs.path), []);
  },
});

Deno.test({
  name: "a token file that somebody else wrote lets nobody in",
  ignore: !IS_ADMINISTRATOR,
  fn: async () => {
    await using victim = await startVictim(DENO, { isGuarded: true });
    const parts = createToken();
    const path = join(victim.home, "mcp", "tokens.toml");
    const record = { id: parts.id, hash: hashOf(parts.secret).toString() };
    const text =
      `[[token]]\nid = "${record.id}"\nhash = "${record.hash}"\nprincipal = "mallory"\n` +
      'roles = []\npermissions = ["tools"]\ncreated = "2026-01-01T00:00:00Z"\n';
    const headers = { authorization: `Bearer ${writeToken(parts)}` };
    writeFileSync(path, text, { mode: 0o600 });
    const own = await victim.post(rpc("ping"), headers);
    await own.body?.cancel();
    assert.equal(own.status, 200);
    giveAway(path);
    const theirs = await victim.post(rpc("ping"), headers);
    await theirs.body?.cancel();
    assert.equal(theirs.status, 401);
  },
});

Deno.test({
  name: "a token of the installation that somebody else chose is not taken",
  ignore: !IS_ADMINISTRATOR,
  fn: async () => {
    using home = tempHome();
    mkdirSync(join(home.path, "mcp"), { mode: 0o700 });
    const path = join(home.path, "mcp", "local.token");
    writeFileSync(path, `${writeToken(createToken())}\n`, { mode: 0o600 });
    giveAway(path);
    const args = ["serve", "--home", home.path, "--bind", "127.0.0.1:0"];
    const environment = { CAR_AUTH_LOCAL: "token" };
    const { code, stderr } = await runProcess({ runtime: DENO, args, environment });
    assert.equal(code, 4, stderr);
    assert.match(stderr, /belongs to another user/);
  },
});

Deno.test("a link in the home makes the program change no foreign file", async () => {
  const names = ["daemon.json", "memory.db", "tokens.toml", "local.token"];
  await Promise.all(names.map(async (name) => {
    using home = tempHome();
    const foreign = join(home.path, "letter");
    writeFileSync(foreign, "a letter\n", { mode: 0o600 });
    mkdirSync(join(home.path, "mcp"), { mode: 0o700 });
    symlinkSync(foreign, join(home.path, "mcp", name));
    const environment = { CAR_AUTH_TOKENS: "true" };
    // Whether it starts does not matter here.
    const server = await startServer(DENO, home.path, [], environment).catch(() => undefined);
    await server?.stop();
    await runProcess({ runtime: DENO, args: ["token", "create", "ann", "--home", home.path] });
    assert.equal(readFileSync(foreign, "utf8"), "a letter\n", name);
  }));
});
