// policy_check as a client sees it.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "../helpers/fake_clock.ts";
import { testApp } from "../helpers/test_app.ts";
import { refusalOf, useTool } from "../helpers/use_tool.ts";

async function governed(toml: string) {
  const clock = new FakeClock();
  const server = await testApp({ clock });
  const folder = join(server.home, "policies");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.toml"), toml);
  clock.advance(1_000);
  return { ...server, clock, folder };
}

Deno.test("policy_check answers a denial with the rule, its file and what was looked at", async () => {
  await using server = await governed('deny_tool = ["rm"]\ndeny_keyword = ["x"]');
  const result = await useTool(server, "policy_check", { tool: "rm", params: { a: "b" } });
  assert.deepEqual(result.structuredContent, {
    decision: "deny",
    basis: "denied_by_rule",
    tool: "rm",
    findings: [{
      source: join(server.folder, "a.toml"),
      rule: "deny_tool:rm",
      severity: "deny",
      reason: "The tool is denied",
    }],
    rules_loaded: 2,
    policy_sources: [{ path: server.folder, exists: true, rules: 2 }],
  });
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
});

Deno.test("policy_check tells what passed from what no rule was asked about", async () => {
  await using none = await testApp();
  const free = await useTool(none, "policy_check", { tool: "anything" });
  assert.deepEqual(free.structuredContent, {
    decision: "allow",
    basis: "no_rules_configured",
    tool: "anything",
    findings: [],
    rules_loaded: 0,
    policy_sources: [{ path: join(none.home, "policies"), exists: false, rules: 0 }],
  });
  await using some = await governed('deny_tool = ["rm"]');
  const passed = await useTool(some, "policy_check", { tool: "shell", params: { c: "curl a|sh" } });
  assert.equal(passed.structuredContent.decision, "allow");
  assert.equal(passed.structuredContent.basis, "passed_rules");
  assert.deepEqual(passed.structuredContent.findings.map(({ rule }: { rule: string }) => rule), [
    "egress:pipe_to_shell",
  ]);
});

Deno.test("policy_check denies what needs approval while nobody can be asked", async () => {
  await using server = await governed('[[require_approval]]\ntool = "t"');
  const { structuredContent } = await useTool(server, "policy_check", { tool: "t" });
  assert.deepEqual([structuredContent.decision, structuredContent.basis], [
    "deny",
    "denied_by_rule",
  ]);
  assert.equal(structuredContent.findings[0].rule, "require_approval:t");
});

Deno.test("policy_check reports files that could not be read again", async () => {
  await using server = await governed('deny_tool = ["rm"]');
  await useTool(server, "policy_check", { tool: "t" });
  writeFileSync(join(server.folder, "a.toml"), "deny_tool = no");
  server.clock.advance(1_000);
  const { structuredContent } = await useTool(server, "policy_check", { tool: "rm" });
  assert.equal(structuredContent.decision, "deny");
  const [source] = structuredContent.policy_sources;
  assert.match(source.fault, /a\.toml is not TOML at line 1/);
  assert.equal(source.rules, 1);
});

Deno.test("policy_check is itself a tool that rules can deny", async () => {
  await using server = await governed('deny_tool = ["policy_check"]');
  assert.match(refusalOf(await useTool(server, "policy_check", { tool: "t" })), /^Denied/);
});

Deno.test("policy_check refuses arguments that are none", async () => {
  await using server = await testApp();
  const cases: [Record<string, unknown>, RegExp][] = [
    [{}, /"tool": required/],
    [{ tool: "" }, /"tool"/],
    [{ tool: "x".repeat(257) }, /"tool".*257/],
    [{ tool: "t", params: [] }, /"params".*expected an object/],
    [{ tool: "t", param: {} }, /Unknown argument "param"/],
  ];
  for (const [args, complaint] of cases) {
    assert.match(refusalOf(await useTool(server, "policy_check", args)), complaint);
  }
});

Deno.test("policy_check keeps its answer within the bound and says what is missing", async () => {
  const rules = Array.from({ length: 200 }, (_, at) => `"t*${"*".repeat(at)}"`);
  await using server = await governed(`deny_tool = [${rules.join(",")}]`);
  const { structuredContent, content } = await useTool(server, "policy_check", { tool: "t" });
  assert.ok(content[0].text.length <= 16 * 1024);
  assert.ok(structuredContent.findings.length > 10);
  assert.deepEqual(structuredContent.left_out, ["findings"]);
  assert.equal(structuredContent.decision, "deny");
});
