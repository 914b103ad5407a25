import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "../helpers/fake_clock.ts";
import { bearer, guardedApp } from "../helpers/guarded_app.ts";
import { call } from "../helpers/test_app.ts";

Deno.test("policy_check names files to a caller with a token, and no folder of the machine", async () => {
  const clock = new FakeClock(Date.now());
  await using server = await guardedApp({ clock });
  const headers = bearer(server.give("ann").token);
  const folder = join(server.home, "policies");
  mkdirSync(folder);
  const answerUnder = async (toml: string) => {
    writeFileSync(join(folder, "team.toml"), toml);
    clock.advance(1_000);
    const response = await server.post(call("policy_check", { tool: "verify" }), headers);
    const { result } = await response.json();
    const text: string = result.content[0].text;
    assert.ok(!text.includes(server.home), text);
    return JSON.parse(text);
  };
  const { findings, policy_sources } = await answerUnder('deny_tool = ["verify"]');
  assert.equal(findings[0].source, join("policies", "team.toml"));
  assert.deepEqual(policy_sources, [{ path: "policies", exists: true, rules: 1 }]);
  const faulty = await answerUnder("deny_tool = no");
  const [source] = faulty.policy_sources;
  assert.match(source.fault, /^Policy file policies.team\.toml is not TOML at line 1/);
});
