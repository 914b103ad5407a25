// The folders of a home: made where they are missing, for their owner alone, and refused where they cannot
// be.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openHome } from "../../src/storage/home.ts";
import { tempHome } from "../helpers/temp_home.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

Deno.test("openHome() makes the missing folders, private to their owner", () => {
  using folder = tempHome();
  const home = join(folder.path, "a", "b");
  const paths = openHome(home);
  assert.deepEqual(paths, {
    folder: join(home, "mcp"),
    database: join(home, "mcp", "memory.db"),
    sessions: join(home, "mcp", "sessions.db"),
    policies: join(home, "policies"),
    upstreams: join(home, "upstreams"),
    upstreamState: join(home, "mcp", "upstreams"),
    decisions: join(home, "mcp", "decisions.jsonl"),
    audit: join(home, "mcp", "audit.jsonl"),
    indexFolder: join(home, "mcp", "index"),
    tasks: join(home, "mcp", "tasks.db"),
    stateKey: join(home, "mcp", "state.key"),
    localToken: join(home, "mcp", "local.token"),
    tokens: join(home, "mcp", "tokens.toml"),
    usedStates: join(home, "mcp", "used_states.db"),
    daemonLock: join(home, "mcp", "daemon.lock"),
    daemonFile: join(home, "mcp", "daemon.json"),
    daemonLog: join(home, "mcp", "daemon.log"),
  });
  for (const made of [join(folder.path, "a"), home, paths.folder]) {
    assert.equal(modeOf(made), 0o700);
  }
});

Deno.test("openHome() leaves a home that is there, and what is in it, as it is", () => {
  using home = tempHome();
  chmodSync(home.path, 0o755);
  writeFileSync(join(home.path, "mine"), "text");
  openHome(home.path);
  const { folder } = openHome(home.path);
  assert.equal(modeOf(home.path), 0o755);
  assert.equal(modeOf(folder), 0o700);
  assert.equal(readFileSync(join(home.path, "mine"), "utf8"), "text");
});

Deno.test("openHome() makes the folder of its own private again", () => {
  using home = tempHome();
  const { folder } = openHome(home.path);
  chmodSync(folder, 0o755);
  openHome(home.path);
  assert.equal(modeOf(folder), 0o700);
});

Deno.test("openHome() follows a link to a folder", () => {
  using folder = tempHome();
  mkdirSync(join(folder.path, "real"));
  const link = join(folder.path, "link");
  symlinkSync(join(folder.path, "real"), link);
  openHome(link);
  assert.ok(statSync(join(folder.path, "real", "mcp")).isDirectory());
});

Deno.test("openHome() refuses a home that is a file or lies below one", () => {
  using folder = tempHome();
  const file = join(folder.path, "file");
  writeFileSync(file, "mine");
  for (const home of [file, join(file, "home")]) {
    const message = new RegExp(`^Cannot use ${RegExp.escape(home)} as home: `);
    assert.throws(() => openHome(home), { code: "home_unusable", message });
  }
  assert.equal(readFileSync(file, "utf8"), "mine");
});

Deno.test("openHome() refuses a home in which mcp is a file", () => {
  using home = tempHome();
  writeFileSync(join(home.path, "mcp"), "mine");
  assert.throws(() => openHome(home.path), { code: "home_unusable" });
  assert.equal(readFileSync(join(home.path, "mcp"), "utf8"), "mine");
});
