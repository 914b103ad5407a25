// A home whose server several people use: tokens let them in, and one tool takes a role.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProcess } from "./process.ts";
import type { Runtime } from "./runtimes.ts";
import { tempHome } from "./temp_home.ts";

const CONFIG = `
[auth]
tokens = true

[[auth.access]]
tools = ["memory_delete"]
roles = ["admin"]
`;

/** A fresh home; `using` removes it. */
export function teamHome(): ReturnType<typeof tempHome> {
  const home = tempHome();
  writeFileSync(join(home.path, "config.toml"), CONFIG);
  return home;
}

/** Runs a command on a home and gives what it printed; fails when it does. */
export async function shell(runtime: Runtime, home: string, ...args: string[]): Promise<string> {
  const ended = await runProcess({ runtime, args: [...args, "--home", home] });
  assert.equal(ended.code, 0, ended.stderr);
  return ended.stdout.trim();
}
