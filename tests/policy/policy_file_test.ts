// What a file of policies may not say, and how it is told: file, line and key, and nothing of the text.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { readPolicyFile, ruleCount } from "../../src/policy/policy_file.ts";

function faultOf(text: string, rulesMax = 1_000): string {
  try {
    readPolicyFile(text, { path: "/p/a.toml", rulesMax });
  } catch (thrown) {
    assert.ok(thrown instanceof CarError && thrown.code === "config_invalid");
    assert.doesNotMatch(thrown.message, /secret/);
    return thrown.message;
  }
  throw new Error("The file was accepted");
}

const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  [
    "an unknown key",
    'deny_tool = []\ndeny_tools = ["secret"]',
    /line 2: key "deny_tools": there is/,
  ],
  ["an unknown table", "[allow]\nx = 1", /line 1: key "allow": there is no such key/],
  ["a key of a wrong kind", "\n\ndeny_tool = 'secret'", /line 3: key "deny_tool": expected array/],
  [
    "an entry of a wrong kind",
    'deny_tool = [\n"a",\n7]',
    /line 1: key "deny_tool\[1\]": expected st/,
  ],
  ["an empty name", 'deny_tool = [""]', /line 1: key "deny_tool\[0\]": Too small/],
  ["an empty keyword", 'deny_keyword = ["a", ""]', /key "deny_keyword\[1\]"/],
  [
    "a table without a key it needs",
    '[[deny_tool_param]]\ntool = "a"\nparam = "b"\n\n# next\n[[deny_tool_param]]\ntool = "secret"\n',
    /line 6: key "deny_tool_param\[1\].param": expected string/,
  ],
  [
    "an unknown key in a table",
    '[[allow_tool_param]]\ntool = "a"\nparam = "b"\nallowed = ["secret"]\nallow = []',
    /line 4: key "allow_tool_param\[0\].allowed": there is no such key/,
  ],
  [
    "a single table where several may stand",
    '[require_approval]\ntool = "a"',
    /line 1: key "require_approval": expected array/,
  ],
  [
    "a fault after a text over several lines that looks like a rule",
    'deny_keyword = ["""\n[[deny_tool_param]]\ntool = 1\n"""]\n[[deny_tool_param]]\ntool = 1\nparam = "p"',
    /line 6: key "deny_tool_param\[0\].tool": expected string/,
  ],
  [
    "a date where a value of JSON has to stand",
    '[[deny_tool_param]]\ntool = "a"\nparam = "b"\nequals = 2026-01-01',
    /line 4: key "deny_tool_param\[0\].equals": is no value that JSON can hold/,
  ],
  [
    "a negative rate",
    '[[rate_limit_tool]]\ntool = "a"\nmax_calls = -1\ninterval_secs = 1',
    /line 3: key "rate_limit_tool\[0\].max_calls"/,
  ],
  [
    "an interval of zero",
    '[[rate_limit_tool]]\ntool = "a"\nmax_calls = 1\ninterval_secs = 0',
    /line 4: key "rate_limit_tool\[0\].interval_secs"/,
  ],
  [
    "an inline table with a fault",
    'require_approval = [{tool = "a"}, {tool = "b", reason = 3}]',
    /line 1: key "require_approval\[1\].reason"/,
  ],
  [
    "what is no TOML",
    'deny_tool = ["a"]\ndeny = secret\n',
    /a\.toml is not TOML at line 2, column/,
  ],
  ["a key twice", 'deny_tool = ["a"]\ndeny_tool = ["b"]', /is not TOML at line 2/],
];

for (const [name, text, complaint] of FAULTS) {
  Deno.test(`readPolicyFile() refuses ${name} and says where it stands`, () => {
    const message = faultOf(text);
    assert.match(message, complaint);
    assert.ok(message.startsWith("Policy file /p/a.toml"));
  });
}

Deno.test("readPolicyFile() counts rules and refuses one too many", () => {
  const text = 'deny_tool = ["a", "b"]\n[[require_approval]]\ntool = "c"';
  assert.equal(ruleCount(readPolicyFile(text, { path: "p", rulesMax: 3 })), 3);
  assert.match(faultOf(text, 2), /has 3 rules, at most 2 are allowed/);
});

Deno.test("readPolicyFile() finds the line of a fault in a long file with few parses", () => {
  const rules = Array.from({ length: 900 }, (_, at) => `[[require_approval]]\ntool = "t${at}"`);
  const faulty = [...rules, "[[require_approval]]", "# a comment", "tool = 5"].join("\n");
  assert.match(faultOf(faulty), /line 1803: key "require_approval\[900\].tool"/);
});

Deno.test("readPolicyFile() still names the key when a statement is too long to find its line", () => {
  const long = `deny_keyword = [\n${'"a",\n'.repeat(6_000)}7]`;
  assert.match(faultOf(long, 10_000), /a\.toml(, line 1)?: key "deny_keyword\[6000\]"/);
});
