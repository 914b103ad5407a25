import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { BUN, DENO, type Runtime, testOnBoth, testWithBun } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const SCRIPT = fileURLToPath(new URL("_fixed_answers.ts", import.meta.url));

function answersUnder({ command, prefix }: Runtime): readonly string[] {
  using home = tempHome();
  const printed = execFileSync(command, [...prefix, SCRIPT, home.path], { encoding: "utf8" });
  return printed.trim().split("\n");
}

testOnBoth("answers are the same after a start from an index file and from rows", (runtime) => {
  const [first, fromFile, fromRows] = answersUnder(runtime);
  assert.ok((first?.length ?? 0) > 10_000);
  assert.equal(fromFile, first);
  assert.equal(fromRows, first);
  return Promise.resolve();
});

testWithBun("answers are the same under Deno and Bun", () => {
  assert.ok(BUN);
  assert.deepEqual(answersUnder(BUN), answersUnder(DENO));
  return Promise.resolve();
});
