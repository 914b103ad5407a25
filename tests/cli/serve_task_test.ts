// The task that users start grants what the tests of the process prove to be enough, and nothing else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SERVE_PERMISSIONS } from "../helpers/runtimes.ts";

const { tasks } = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8"));

Deno.test("the task serve grants exactly the permissions that the tests run with", () => {
  const command: string = tasks.serve.command;
  const granted = command.replaceAll(/['"]/g, "").split(" ").filter((word) =>
    word.startsWith("--allow")
  );
  assert.deepEqual(granted, SERVE_PERMISSIONS);
});
