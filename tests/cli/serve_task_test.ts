// The task that users start grants what the tests of the process prove to be enough, and nothing else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SERVE_PERMISSIONS } from "../helpers/runtimes.ts";

const { tasks } = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8"));
const task: unknown = tasks.serve;

Deno.test({
  name: "the task serve grants exactly the permissions that the tests run with",
  // Until there is such a task.
  ignore: task === undefined,
  fn() {
    const granted = String(task).replaceAll(/['"]/g, "").split(" ").filter((word) =>
      word.startsWith("--allow")
    );
    assert.deepEqual(granted, SERVE_PERMISSIONS);
  },
});
