// Each kind of rule on both sides of what it denies.

import assert from "node:assert/strict";
import { denials, homePolicies } from "./_policies.ts";

type Params = Record<string, unknown>;

interface Case {
  readonly name: string;
  readonly toml: string;
  readonly rule: string;
  readonly denied: readonly (readonly [string, Params])[];
  readonly allowed: readonly (readonly [string, Params])[];
}

const CASES: readonly Case[] = [
  {
    name: "deny_tool",
    toml: 'deny_tool = ["rm"]',
    rule: "deny_tool:rm",
    denied: [["rm", {}]],
    allowed: [["rmdir", {}], ["Rm", {}], ["", {}]],
  },
  {
    name: "deny_tool with a star at the end",
    toml: 'deny_tool = ["mcp_box_*"]',
    rule: "deny_tool:mcp_box_*",
    denied: [["mcp_box_", {}], ["mcp_box_a_b", {}]],
    allowed: [["mcp_box", {}], ["xmcp_box_a", {}]],
  },
  {
    name: "deny_tool with stars around and between",
    toml: 'deny_tool = ["*delete*fact*"]',
    rule: "deny_tool:*delete*fact*",
    denied: [["deletefact", {}], ["x_delete_a_fact_b", {}]],
    allowed: [["fact_delete", {}], ["delete_fac", {}]],
  },
  {
    name: "deny_tool with a star between parts that overlap",
    toml: 'deny_tool = ["aba*ba"]',
    rule: "deny_tool:aba*ba",
    denied: [["ababa", {}], ["abaxba", {}]],
    allowed: [["aba", {}], ["abba", {}]],
  },
  {
    name: "deny_tool with nothing but a star",
    toml: 'deny_tool = ["*"]',
    rule: "deny_tool:*",
    denied: [["anything", {}], ["", {}]],
    allowed: [],
  },
  {
    name: "deny_keyword",
    toml: 'deny_keyword = ["say \\"please\\""]',
    rule: "deny_keyword:1",
    denied: [
      ["t", { a: 'I say "please" now' }],
      ["u", { list: [1, { deep: 'say "please"' }] }],
      ["v", { object: { 'say "please"': 1 } }],
    ],
    allowed: [["t", { a: 'Say "please"' }], ["t", { 'say "please"': 1 }], ["t", {}]],
  },
  {
    name: "deny_keyword in what is no string",
    toml: 'deny_keyword = ["404", "true", "null", "[1,2]"]',
    rule: "deny_keyword:1",
    denied: [["t", { a: 14041 }], ["t", { a: [404] }]],
    allowed: [["t", { a: 440 }]],
  },
  {
    name: "deny_tool_param by presence",
    toml: '[[deny_tool_param]]\ntool = "t"\nparam = "force"',
    rule: "deny_tool_param:t.force",
    denied: [["t", { force: false }], ["t", { force: null }]],
    allowed: [["t", {}], ["u", { force: true }], ["t", { Force: true }], ["t", { constructor: 1 }]],
  },
  {
    name: "deny_tool_param by equals",
    toml: '[[deny_tool_param]]\ntool = "t"\nparam = "n"\nequals = 5',
    rule: "deny_tool_param:t.n",
    denied: [["t", { n: 5 }], ["t", { n: "5" }]],
    allowed: [["t", { n: 50 }], ["t", { n: [5] }], ["t", {}]],
  },
  {
    name: "deny_tool_param by equals of a table",
    toml: '[[deny_tool_param]]\ntool = "t"\nparam = "n"\nequals = {b = [1], a = "x"}',
    rule: "deny_tool_param:t.n",
    denied: [["t", { n: { a: "x", b: [1] } }]],
    allowed: [["t", { n: { a: "x", b: [1, 2] } }], ["t", { n: "[object Object]" }]],
  },
  {
    name: "deny_tool_param by contains",
    toml: '[[deny_tool_param]]\ntool = "t"\nparam = "path"\ncontains = "../"',
    rule: "deny_tool_param:t.path",
    denied: [["t", { path: "a/../b" }], ["t", { path: ["x", "../y"] }]],
    allowed: [["t", { path: "a/b" }], ["t", { other: "../" }]],
  },
  {
    name: "deny_tool_param by equals and contains together",
    toml: '[[deny_tool_param]]\ntool = "t"\nparam = "p"\nequals = "abc"\ncontains = "b"',
    rule: "deny_tool_param:t.p",
    denied: [["t", { p: "abc" }]],
    allowed: [["t", { p: "xbx" }]],
  },
  {
    name: "deny_tool_param by equals and a contains that it lacks",
    toml: '[[deny_tool_param]]\ntool = "*"\nparam = "p"\nequals = "abc"\ncontains = "z"',
    rule: "",
    denied: [],
    allowed: [["t", { p: "abc" }], ["t", { p: "z" }]],
  },
  {
    name: "allow_tool_param",
    toml: '[[allow_tool_param]]\ntool = "t"\nparam = "env"\nallow = ["dev", 1, {a = 1}]',
    rule: "allow_tool_param:t.env",
    denied: [
      ["t", { env: "prod" }],
      ["t", {}],
      ["t", { env: "1" }],
      ["t", { env: null }],
      ["t", { env: ["dev"] }],
    ],
    allowed: [["t", { env: "dev" }], ["t", { env: 1 }], ["t", { env: { a: 1 } }], ["u", {}]],
  },
  {
    name: "allow_tool_param with an empty list",
    toml: '[[allow_tool_param]]\ntool = "t"\nparam = "env"\nallow = []',
    rule: "allow_tool_param:t.env",
    denied: [["t", { env: "dev" }], ["t", {}]],
    allowed: [["u", {}]],
  },
  {
    name: "deny_tool_param_matching",
    toml: "[[deny_tool_param_matching]]\ntool = 't'\nparam = 'cmd'\nmatches = '(?i)\\brm\\s+-rf'",
    rule: "deny_tool_param_matching:t.cmd",
    denied: [["t", { cmd: "sudo RM  -rf /" }], ["t", { cmd: ["x", "rm -rf"] }]],
    allowed: [["t", { cmd: "farm -rf" }], ["t", {}], ["u", { cmd: "rm -rf" }]],
  },
  {
    name: "deny_tool_param_matching over lines",
    toml: "[[deny_tool_param_matching]]\ntool = 't'\nparam = 'cmd'\nmatches = '(?m)^b$'",
    rule: "deny_tool_param_matching:t.cmd",
    denied: [["t", { cmd: "a\nb\nc" }]],
    allowed: [["t", { cmd: "a\nbb" }]],
  },
  {
    name: "rate_limit_tool of zero",
    toml: '[[rate_limit_tool]]\ntool = "t"\nmax_calls = 0\ninterval_secs = 1',
    rule: "rate_limit_tool:t",
    denied: [["t", {}]],
    allowed: [["u", {}]],
  },
];

for (const { name, toml, rule, denied, allowed } of CASES) {
  Deno.test(`decide() denies and allows by ${name}`, async () => {
    const { call } = await homePolicies(toml);
    for (const [tool, params] of denied) {
      const decision = await call(tool, params);
      assert.deepEqual(denials(decision), [rule], JSON.stringify([tool, params]));
      assert.equal(decision.decision, "deny");
      assert.equal(decision.basis, "denied_by_rule");
      assert.equal(decision.findings[0]?.source, "/home/policies/a.toml");
    }
    for (const [tool, params] of allowed) {
      const decision = await call(tool, params);
      assert.deepEqual(denials(decision), [], JSON.stringify([tool, params]));
      assert.equal(decision.decision, "allow");
      assert.equal(decision.basis, "passed_rules");
    }
  });
}

const BAD_PATTERNS = ["(", "(?=a)", "(a)\\1", "(?<!a)b", "a{1001}", "[z-a]", "((a{100}){100})"];

for (const matches of BAD_PATTERNS) {
  Deno.test(`decide() denies the whole tool by the bad pattern ${matches}`, async () => {
    const { call } = await homePolicies(
      `[[deny_tool_param_matching]]\ntool = 't'\nparam = 'cmd'\nmatches = '${matches}'`,
    );
    const decision = await call("t", { other: 1 });
    assert.deepEqual(denials(decision), ["deny_tool_param_matching:t.cmd"]);
    assert.match(decision.findings[0]?.reason ?? "", /pattern is not valid/);
    assert.equal((await call("u")).decision, "allow");
  });
}

Deno.test("decide() leaves a call that needs approval open, and names the rule", async () => {
  const { call } = await homePolicies('[[require_approval]]\ntool = "t*"\nreason = "costs money"');
  const decision = await call("tt");
  assert.equal(decision.decision, "allow");
  assert.deepEqual(decision.approvals.map(({ id, reason }) => [id, reason]), [
    ["require_approval:t*", "costs money"],
  ]);
  assert.deepEqual((await call("u")).approvals, []);
});

Deno.test("decide() holds a rule about any name that reaches the tool", async () => {
  const { call } = await homePolicies('deny_tool = ["short"]');
  assert.equal((await call("mcp_box_short")).decision, "allow");
  assert.equal((await call("mcp_box_short", {}, { aliases: ["short"] })).decision, "deny");
});

Deno.test("decide() says with what it was decided when nothing is configured", async () => {
  for (const toml of ["", "deny_tool = []"]) {
    const { call } = await homePolicies(toml);
    const { decision, basis, findings, rulesLoaded } = await call("t", { a: 1 });
    assert.deepEqual([decision, basis, findings, rulesLoaded], [
      "allow",
      "no_rules_configured",
      [],
      0,
    ]);
  }
});

Deno.test("decide() lists every rule that denies, and never repeats what was found", async () => {
  const { call } = await homePolicies(`
    deny_tool = ["t"]
    deny_keyword = ["hunter2"]
    [[deny_tool_param]]
    tool = "t"
    param = "a"
    contains = "hunter2"
    [[allow_tool_param]]
    tool = "t"
    param = "a"
    allow = ["letmein"]
    [[deny_tool_param_matching]]
    tool = "t"
    param = "a"
    matches = "hunter[0-9]"
  `);
  const decision = await call("t", { a: "my hunter2" });
  assert.deepEqual(denials(decision), [
    "deny_tool:t",
    "deny_keyword:1",
    "deny_tool_param:t.a",
    "allow_tool_param:t.a",
    "deny_tool_param_matching:t.a",
  ]);
  assert.equal(decision.rulesLoaded, 5);
  assert.doesNotMatch(JSON.stringify(decision), /hunter|letmein/);
});
