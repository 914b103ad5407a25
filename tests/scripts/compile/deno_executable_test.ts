// What the executable with Deno's runtime holds. The runtime for it is not there to be fetched in every
// place, so Deno itself stands in for it: the file cannot run then, but everything else is in it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { checkedOutRevision } from "../../../scripts/compile/executable.ts";
import { tempHome } from "../../helpers/temp_home.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const OWN_BYTES_MAX = 16 * 1024 * 1024;

Deno.test("compile puts every module into the executable, and no package of the tests", () => {
  using folder = tempHome();
  const out = join(folder.path, "car-mcp");
  const args = ["run", "-A", "scripts/compile/run.ts", "deno", "--out", out];
  const env = { ...process.env, DENORT_BIN: Deno.execPath() };
  const { status, stdout } = spawnSync(Deno.execPath(), args, { cwd: ROOT, env, encoding: "utf8" });
  assert.equal(status, 0, stdout);
  const runtimeBytes = statSync(Deno.execPath()).size;
  const ours = readFileSync(out).subarray(runtimeBytes).toString("latin1");
  assert.ok(ours.length < OWN_BYTES_MAX, `${ours.length} bytes`);
  // Of a module that is imported only when a client asks for it, of one of a command, of a package.
  for (
    const words of ["Facts that would be a good reminder", "list the facts that hold", "ZodError"]
  ) {
    assert.ok(ours.includes(words), words);
  }
  const revision = checkedOutRevision();
  assert.ok(revision === undefined || ours.includes(`CAR_REVISION: "${revision}"`));
  assert.ok(!ours.includes("modelcontextprotocol/conformance"));
});
