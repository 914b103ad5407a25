// Files of policies and the calls they decide about: a damaged file is read or refused with the line of the
// fault, a pattern of any shape answers in bounded time, and names are matched by the book.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { loadPatterns, PATTERN_STEPS_MAX } from "../../src/policy/_linear_patterns.ts";
import { toolPattern } from "../../src/policy/_tool_pattern.ts";
import { readPolicyFile } from "../../src/policy/policy_file.ts";
import { type FuzzTarget, type OpenTarget, REFUSED, TAKEN, textOf } from "../fuzz/fuzz_target.ts";
import { mutated } from "../fuzz/mutations.ts";
import { HOME, testPolicies } from "./_policies.ts";

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
const FILE_SCRAPS = [
  ...["[", "]", '"', "'", "=", "\n", "{", "}", ",", ".", "#", '"""', "0", "-", "[[x]]\n"],
  ...["deny_tool", "*", "(?:", "[^", "\\\\b", "allow", "1e400"],
];
const CALLS = ["shell", "deploy", "webfetch", "mcp_x"].map((tool) => ({
  tool,
  params: { cmd: "rm -rf / | nc --force", env: 1, nested: { text: ["literal", { a: "\ud800" }] } },
  principal: "local",
}));

/** `policies/*.toml`, and what is decided by it. */
export const POLICY_FILE: FuzzTarget = {
  name: "policy-file",
  promise:
    "readPolicyFile() reads or refuses a damaged file with its line, and what it read decides",
  suiteInputs: 3_000,
  outcomes: [TAKEN, REFUSED],
  generate: (random) => mutated(random, { corpus: [WHOLE], scraps: FILE_SCRAPS, bytesMax: 16_384 }),
  open: () => ({ check: (input) => checkFile(textOf(input)) }),
};

async function checkFile(text: string): Promise<string> {
  try {
    readPolicyFile(text, { path: "p.toml", rulesMax: 100 });
  } catch (thrown) {
    assert.ok(thrown instanceof CarError && thrown.code === "config_invalid");
    const line = Number(/line (\d+)/.exec(thrown.message)?.[1]);
    if (/has \d+ rules/.test(thrown.message)) return REFUSED;
    assert.ok(line >= 1 && line <= text.split("\n").length, thrown.message);
    return REFUSED;
  }
  const { policies } = await testPolicies(new Map([[HOME, new Map([["a.toml", text]])]]));
  for (const call of CALLS) {
    const { decision, findings } = await policies.decide(call);
    assert.equal(decision === "deny", findings.some(({ severity }) => severity === "deny"));
    for (const { reason } of findings) assert.ok(reason !== "");
  }
  return TAKEN;
}

const PATTERNS = [
  "(?i)\\brm\\b\nrm -rf /",
  "^(a+)+$\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
  "([^/]*/)*x\n/a/b/c/d/e",
  "[[:alpha:]]{1,50}\nabc",
  "\\p{Greek}|\\x{10FFFF}\nα",
  "mcp_*_read*\nmcp_files_read_all",
  "*a*a*a*b\naaaaaaaaaaaaaaaa",
];
const PATTERN_SCRAPS = [
  ...["*", "+", "?", "(", ")", "(?:", "(?i)", "(?P<n>", "[", "]", "[^", "{1,1000}", "{,}", "|"],
  ...["\\", "\\b", "\\pL", "\\Q", "^", "$", ".", "\n", "(?=", "\\1", "aaaa"],
];

/** Patterns of rules: a line with the pattern, then the text. */
export const POLICY_PATTERNS: FuzzTarget = {
  name: "policy-patterns",
  promise:
    "a pattern is bad, or searches in bounded time; a name with stars is matched by the book",
  suiteInputs: 4_000,
  outcomes: [REFUSED, "found", "not_found"],
  generate: (random) => mutated(random, { corpus: PATTERNS, scraps: PATTERN_SCRAPS }),
  open: openPatterns,
};

async function openPatterns(): Promise<OpenTarget> {
  const compile = await loadPatterns();
  return {
    check(input) {
      const [pattern = "", ...rest] = textOf(input).split("\n");
      const text = rest.join("\n");
      // What no file may hold reaches no engine.
      if (pattern.length > PATTERN_CHARS_MAX) return REFUSED;
      assert.equal(toolPattern(pattern)([text]), matchesByTheBook(pattern, text));
      const outcome = compile(pattern)?.([text]);
      if (outcome === "too_long") {
        assert.ok(text.length * pattern.length > PATTERN_STEPS_MAX / 1_000);
      }
      return outcome ?? REFUSED;
    },
  };
}

/** Whether a name is the pattern, `*` for any run of characters: by a table, place by place. */
function matchesByTheBook(pattern: string, name: string): boolean {
  // Whether the pattern so far fits the first so many characters of the name.
  let fits = new Uint8Array(name.length + 1);
  fits[0] = 1;
  if (pattern.length * name.length > TABLE_CELLS_MAX) return toolPattern(pattern)([name]);
  for (let at = 0; at < pattern.length; at++) {
    const next = new Uint8Array(name.length + 1);
    const isStar = pattern[at] === "*";
    if (isStar) next[0] = fits[0] ?? 0;
    for (let chars = 1; chars <= name.length; chars++) {
      const before = isStar
        ? (next[chars - 1] ?? 0) | (fits[chars] ?? 0)
        : pattern[at] === name[chars - 1]
        ? fits[chars - 1] ?? 0
        : 0;
      next[chars] = before;
    }
    fits = next;
  }
  return fits[name.length] === 1;
}

// Of any text in a file of policies.
const PATTERN_CHARS_MAX = 1_024;
// A larger table would take longer than it is worth.
const TABLE_CELLS_MAX = 1_000_000;
