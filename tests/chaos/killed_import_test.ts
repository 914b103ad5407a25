// An import that is killed in the middle leaves a sound memory, and the same import again ends it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { limitsWith } from "../../src/base/limits.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { checkDatabaseFile } from "../../src/storage/file_care.ts";
import { runProcess } from "../helpers/process.ts";
import { MAIN, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const FACTS = 20_000;

function writeExport(path: string): void {
  const told = { namespace: "default", kind: "pattern", confidence: "high", state: "live" };
  const time = "2026-01-01T00:00:00.000Z";
  const lines = Array.from({ length: FACTS }, (_, at) => {
    const fact = {
      type: "fact",
      ...told,
      id: `f${at}`,
      subject: `s${at % 99}`,
      body: `body ${at}`,
    };
    const edge = { type: "edge", namespace: "default", from: `f${at}`, kind: "depends_on" };
    const text = JSON.stringify({ ...fact, valid_from: time, recorded_at: time });
    return at === 0 ? text : `${text}\n${JSON.stringify({ ...edge, to: `f${at - 1}` })}`;
  });
  const header = '{"format":"car-mcp-memory","version":1}';
  const end = `{"type":"end","lines":${2 * FACTS - 1}}`;
  writeFileSync(path, [header, ...lines, end, ""].join("\n"));
}

/** Resolves when another process has stored so many facts. */
async function stored(path: string, facts: number): Promise<void> {
  using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  const count = database.prepare("SELECT total(facts) AS n FROM namespaces");
  while (Number(count.get()?.["n"]) < facts) await new Promise((turn) => setImmediate(turn));
}

testOnBoth(
  "an import that is killed leaves a sound memory, and again it goes on",
  async (runtime) => {
    using home = tempHome();
    const file = join(home.path, "facts.jsonl");
    writeExport(file);
    mkdirSync(join(home.path, "mcp"));
    const path = join(home.path, "mcp", "memory.db");
    await openDatabase({ path, limits: limitsWith() }).close();
    const args = ["memory", "import", file, "--home", home.path];
    const child = spawn(runtime.command, [...runtime.prefix, MAIN, ...args], { stdio: "ignore" });
    const gone = once(child, "close");
    await stored(path, 1_000);
    if (child.pid !== undefined) process.kill(child.pid, "SIGKILL");
    await gone;
    assert.ok(existsSync(path));
    assert.deepEqual(checkDatabaseFile(path), []);
    const ended = await runProcess({ runtime, args: [...args, "--json"] });
    const { added, known, skipped } = JSON.parse(ended.stdout);
    assert.deepEqual([ended.code, skipped, added + known], [0, 0, 2 * FACTS - 1], ended.stderr);
    assert.ok(known >= 1_000 && added > 0, `${known} known, ${added} added`);
    assert.deepEqual(checkDatabaseFile(path), []);
  },
);
