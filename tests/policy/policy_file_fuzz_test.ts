// Files of policies that were damaged at random: each is read or refused, never anything else, and the
// line that is named is the one where the key stands.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { lineOfKey } from "../../src/base/toml_line.ts";
import { readPolicyFile } from "../../src/policy/policy_file.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

const WHOLE = `# rules of the house
deny_tool = ["rm", "mcp_*"]
deny_keyword = ["""
over lines""", 'literal']

[[deny_tool_param]]
tool = "shell"
param = "cmd"
contains = "--force"

[[allow_tool_param]]
tool = "deploy"
param = "env"
allow = ["dev", 1, {a = [true]}]

[[deny_tool_param_matching]]
tool = 'shell'
param = 'cmd'
matches = '(?i)\\brm\\b'

[[rate_limit_tool]]
tool = "webfetch"
max_calls = 30
interval_secs = 0.5

[[require_approval]]
tool = "deploy"
`;

const SCRAPS = ["[", "]", '"', "'", "=", "\n", "{", "}", ",", ".", "#", '"""', "0", "-", "[[x]]\n"];

Deno.test("readPolicyFile() reads or refuses whatever is left of a damaged file", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  let refused = 0;
  for (let round = 0; round < 3_000; round++) {
    let text = WHOLE;
    for (let damage = 0; damage <= random(3); damage++) {
      const at = random(text.length);
      const scrap = SCRAPS[random(SCRAPS.length)] ?? "";
      text = text.slice(0, at) + (random(2) === 0 ? scrap : "") + text.slice(at + random(4));
    }
    try {
      readPolicyFile(text, { path: "p.toml", rulesMax: 100 });
    } catch (thrown) {
      refused++;
      const context = `seed ${seed}, round ${round}: ${text}`;
      assert.ok(thrown instanceof CarError && thrown.code === "config_invalid", context);
      const line = Number(/line (\d+)/.exec(thrown.message)?.[1]);
      assert.ok(line >= 1 && line <= text.split("\n").length, `${thrown.message}, ${context}`);
    }
  }
  assert.ok(refused > 1_000, `seed ${seed}: only ${refused} were refused`);
});

Deno.test("lineOfKey() finds the line of every statement of a random file", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const fillers = ["", "# a comment", 'x%="a"', 'x%="""\nk0 = 1\n[[t]]\n"""', "x%=[\n1,\n2\n]"];
  for (let round = 0; round < 300; round++) {
    const lines: string[] = [];
    const wanted = new Map<string, number>();
    for (let statement = 0; statement < 1 + random(20); statement++) {
      const filler = fillers[random(fillers.length)] ?? "";
      lines.push(...filler.replace("%", `${round}_${statement}`).split("\n"));
      wanted.set(`k${statement}`, lines.length + 1);
      lines.push(`k${statement} = ${statement}`);
    }
    const text = lines.join("\n");
    for (const [key, line] of wanted) {
      assert.equal(lineOfKey(text, [key]), line, `seed ${seed}, ${key} in\n${text}`);
    }
    assert.equal(lineOfKey(text, ["absent"]), undefined);
  }
});
