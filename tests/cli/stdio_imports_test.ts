// What a bridge loads before it can serve: hosts start one for every session, so it stays small.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { loadUnits } from "../architecture/source.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const UNITS = new Map(loadUnits(ROOT, ["src", "main.ts"]).map((unit) => [unit.path, unit]));

// What a bridge has loaded once it has found its daemon. Whoever needs more says so here, and has
// looked at what it costs at the start.
const LOADED = [
  "main.ts",
  "src/cli/run.ts",
  "src/cli/stdio.ts",
  "src/find_daemon.ts",
  "src/cli/_daemon_version.ts",
];
const MODULES_MAX = 45;
// Others cost more than they look: `node:child_process` and `node:http` take ten milliseconds under Deno.
const BUILT_IN = [
  "node:buffer",
  "node:crypto",
  "node:fs",
  "node:os",
  "node:path",
  "node:process",
  "node:timers",
  "node:util",
];

/** All that is loaded with a file, itself included; what is imported while running is not. */
function loadedWith(roots: readonly string[]): ReadonlySet<string> {
  const loaded = new Set<string>();
  const waiting = [...roots];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (loaded.has(next)) continue;
    loaded.add(next);
    for (const edge of UNITS.get(next)?.imports ?? []) {
      if (edge.kind === "static") waiting.push(edge.target ?? edge.specifier);
    }
  }
  return loaded;
}

Deno.test("stdio loads few modules, and no package", () => {
  const loaded = [...loadedWith(LOADED)];
  const own = loaded.filter((path) => UNITS.has(path)).sort();
  assert.ok(own.length > 20, "the graph was not followed");
  assert.ok(own.length <= MODULES_MAX, `${own.length} modules:\n${own.join("\n")}`);
  assert.deepEqual(loaded.filter((path) => !UNITS.has(path)).sort(), BUILT_IN);
});

Deno.test("what stdio loads while running is loaded by its own files only", () => {
  const later = [...loadedWith(LOADED)].flatMap((path) =>
    (UNITS.get(path)?.imports ?? [])
      .filter(({ kind }) => kind === "dynamic")
      .map(({ specifier }) => `${path}: ${specifier}`)
  );
  assert.deepEqual(later.sort(), [
    "src/cli/run.ts: ./_program.ts",
    "src/cli/run.ts: ./stdio.ts",
    "src/cli/stdio.ts: ../find_daemon.ts",
    "src/cli/stdio.ts: ../start_daemon.ts",
    "src/cli/stdio.ts: ./_daemon_version.ts",
    "src/cli/stdio.ts: ./_embedded.ts",
    "src/find_daemon.ts: node:https",
  ]);
});

// Else Deno reads the whole server, and looks through node_modules once for every import of a package,
// before the first line runs: two thirds of the start.
Deno.test("Deno reads a module when it is imported, not when it is mentioned", () => {
  const args = ["run", "-A", "--log-level=debug", "main.ts", "--version"];
  const { status, stderr } = spawnSync(Deno.execPath(), args, { cwd: ROOT, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const isRead = (path: string) => new RegExp(`fetch.*/${path}$`, "m").test(stderr);
  assert.ok(isRead("src/cli/_program\\.ts"), "the modules are not named any more");
  assert.ok(!isRead("src/cli/serve\\.ts"));
});
