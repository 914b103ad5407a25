// What the program says about itself without touching a home, on both runtimes.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../src/base/version.ts";
import { runProcess } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

testOnBoth("--version prints the version alone and touches no home", async (runtime) => {
  using folder = tempHome();
  const home = join(folder.path, "home");
  const ended = await runProcess({ runtime, args: ["--version"], environment: { CAR_HOME: home } });
  assert.deepEqual(ended, { code: 0, signal: null, stdout: `${VERSION}\n`, stderr: "" });
  assert.equal(existsSync(home), false);
});

testOnBoth("serve --help names flags and exit codes and touches no home", async (runtime) => {
  using folder = tempHome();
  const home = join(folder.path, "home");
  const args = ["serve", "--help", "--home", home];
  const { code, stdout, stderr } = await runProcess({ runtime, args });
  assert.equal(code, 0);
  assert.equal(stderr, "");
  for (const flag of ["--bind", "--home", "--log-level", "--config", "Exit codes"]) {
    assert.ok(stdout.includes(flag), flag);
  }
  assert.equal(existsSync(home), false);
});
