// How a fake mounted server is started.

import process from "node:process";
import { fileURLToPath } from "node:url";
import type { CommandLaunch } from "../../src/upstream/launch.ts";
import type { FakeChildPlan } from "./fake_plan.ts";

const SCRIPT = fileURLToPath(new URL("./fake_child.ts", import.meta.url));

/** The command of a child, under the runtime of the tests. */
export function fakeCommand(plan: FakeChildPlan): { command: string; args: string[] } {
  // Without the project's configuration, which would have its packages looked for by each child.
  const args = ["run", "--quiet", "--no-check", "--no-config", "-A", SCRIPT, JSON.stringify(plan)];
  return { command: Deno.execPath(), args };
}

/** A launch of a child, with what a runtime needs of the environment. */
export function fakeLaunch(plan: FakeChildPlan): CommandLaunch {
  const { PATH = "", HOME = "", DENO_DIR } = process.env;
  const cache = DENO_DIR === undefined ? {} : { DENO_DIR };
  return {
    kind: "command",
    ...fakeCommand(plan),
    environment: { PATH, HOME, ...cache },
    cwd: undefined,
  };
}
