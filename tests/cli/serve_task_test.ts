// The tasks that users start grant what the tests of the process prove to be enough, and nothing else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SERVE_PERMISSIONS } from "../../src/cli/self_command.ts";

const { tasks } = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8"));

for (const name of ["serve", "car-mcp"]) {
  Deno.test(`the task ${name} grants exactly the permissions that the tests run with`, () => {
    const command: string = tasks[name].command;
    const granted = command.replaceAll(/['"]/g, "").split(" ").filter((word) =>
      word.startsWith("--allow")
    );
    assert.deepEqual(granted, SERVE_PERMISSIONS);
  });
}
