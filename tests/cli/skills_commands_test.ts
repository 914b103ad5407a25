// `car-mcp skills` and `verify`.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProcess } from "../helpers/process.ts";
import { DENO, type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { memory } from "./_memory_commands.ts";

function run(args: readonly string[], runtime: Runtime = DENO) {
  return runProcess({ runtime, args });
}

const SKILL = {
  ...{ type: "skill", namespace: "default", name: "deploy site", version: 1 },
  ...{ code: "make deploy", state: "current", success_count: 3, fail_count: 1 },
  ...{ description: "Puts the site online", task_keywords: ["deploy", "site"] },
  recorded_at: "2026-01-01T00:00:00.000Z",
};

testOnBoth("skills are listed, shown and found", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "skills.jsonl");
  const lines = ['{"format":"car-mcp-memory","version":1}', JSON.stringify(SKILL)];
  writeFileSync(path, [...lines, '{"type":"end","lines":1}', ""].join("\n"));
  const imported = await memory(["import", path, "--home", home.path], runtime);
  assert.equal(imported.code, 0, imported.stdout + imported.stderr);
  const skills = (...args: string[]) => run(["skills", ...args, "--home", home.path], runtime);
  const listed = await skills("list");
  assert.equal(listed.stdout, "deploy site\tv1\tactive\t3/1\tPuts the site online\n");
  assert.equal(JSON.parse((await skills("list", "--json")).stdout).total, 1);
  assert.equal(
    (await skills("show", "deploy site")).stdout,
    "deploy site v1 (active; worked 3 times, failed 1 times)\nPuts the site online\n\nmake deploy\n",
  );
  const found = JSON.parse((await skills("find", "deploy the site", "--json")).stdout);
  assert.equal(found.skills[0].skill.code, "make deploy");
  assert.match((await skills("find", "deploy the site")).stdout, /^deploy site\t0\.\d+\tPuts/);
  const missing = await skills("show", "nothing");
  assert.deepEqual([missing.code, missing.stdout], [2, ""]);
  assert.match(missing.stderr, /No skill is called "nothing"/);
});

testOnBoth("verify says whether a plan holds, and ends with 0, 8 or 2", async (runtime) => {
  using folder = tempHome();
  const file = (text: string) => {
    const path = join(folder.path, "plan.json");
    writeFileSync(path, text);
    return path;
  };
  const call = { id: "one", type: "tool_call", tool: "shell", parameters: { cmd: "ls" } };
  const good = await run(["verify", file(JSON.stringify({ actions: [call] }))], runtime);
  assert.deepEqual([good.code, good.stdout], [0, "The plan is valid\n  1 step: one\n"]);
  const unknown = await run([
    "verify",
    "--json",
    "--tool",
    "http",
    "--",
    file(
      JSON.stringify({ actions: [call] }),
    ),
  ], runtime);
  assert.equal(unknown.code, 8);
  assert.equal(JSON.parse(unknown.stdout).issues[0].action_id, "one");
  for (
    const [text, complaint] of [
      ["{secret", /^car-mcp: The plan is not JSON\n$/],
      ['{"actions": 3}', /"actions" of the plan: .*expected array/],
      ["[".repeat(100) + "]".repeat(100), /too large: at most 64 deep/],
    ] as const
  ) {
    const ended = await run(["verify", file(text)], runtime);
    assert.deepEqual([ended.code, ended.stdout], [2, ""]);
    assert.match(ended.stderr, complaint);
  }
  assert.equal((await run(["verify", join(folder.path, "none.json")], runtime)).code, 2);
});
