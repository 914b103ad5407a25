// What a bridge loads before it can serve: hosts start one for every session, so it stays small.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { loadUnits } from "../architecture/source.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const UNITS = new Map(loadUnits(ROOT, ["src", "main.ts"]).map((unit) => [unit.path, unit]));

// Whoever needs more says so here, and has looked at what it costs at the start.
const MODULES_MAX = 48;

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

Deno.test("stdio loads few modules, and of packages the command line alone", () => {
  const loaded = [...loadedWith(["main.ts", "src/cli/run.ts", "src/cli/stdio.ts"])];
  const own = loaded.filter((path) => UNITS.has(path));
  assert.ok(own.length > 20, "the graph was not followed");
  assert.ok(own.length <= MODULES_MAX, `${own.length} modules:\n${own.sort().join("\n")}`);
  const packages = loaded.filter((path) => !UNITS.has(path) && !path.startsWith("node:"));
  assert.deepEqual(packages, ["commander"]);
});
