// Which files hold for whom: merged, from several folders, and as they change.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { NO_RULES_DECISION } from "../../src/policy/decide.ts";
import { denials, HOME, homePolicies, testPolicies } from "./_policies.ts";

const LOOK_EVERY_MS = 1_000;

Deno.test("the files of a folder are merged in the order of their names", async () => {
  const { call } = await testPolicies(
    new Map([[
      HOME,
      new Map([["b.toml", 'deny_tool = ["t"]'], ["a.toml", 'deny_tool = ["t*", "u"]']]),
    ]]),
  );
  const { findings, rulesLoaded } = await call("t");
  assert.deepEqual(findings.map(({ rule, source }) => [rule, source]), [
    ["deny_tool:t*", "/home/policies/a.toml"],
    ["deny_tool:t", "/home/policies/b.toml"],
  ]);
  assert.equal(rulesLoaded, 3);
});

Deno.test("a project's rules only restrict: what the home denies stays denied", async () => {
  const allow = (values: string) =>
    `[[allow_tool_param]]\ntool = "t"\nparam = "env"\nallow = [${values}]`;
  const { call } = await testPolicies(
    new Map([
      [HOME, new Map([["a.toml", `deny_tool = ["u"]\n${allow('"dev", "test"')}`]])],
      ["/p", new Map([["a.toml", `deny_tool = []\n${allow('"test", "prod"')}`]])],
    ]),
  );
  const project = "/p";
  const decided = async (tool: string, env: string, more = {}) =>
    (await call(tool, { env }, more)).decision;
  assert.equal(await decided("u", "dev", { project }), "deny");
  assert.equal(await decided("t", "prod", { project }), "deny");
  assert.equal(await decided("t", "dev", { project }), "deny");
  assert.equal(await decided("t", "test", { project }), "allow");
  assert.equal(await decided("t", "dev"), "allow");
});

Deno.test("a project has the rules of every folder above it, and no other project's", async () => {
  const { call } = await testPolicies(
    new Map([
      ["/p", new Map([["a.toml", 'deny_tool = ["top"]']])],
      ["/p/q/r", new Map([["a.toml", 'deny_tool = ["deep"]']])],
      ["/other", new Map([["a.toml", 'deny_tool = ["*"]']])],
    ]),
  );
  const denied = async (project: string | undefined) => {
    const tools = ["top", "deep", "free"];
    const decisions = await Promise.all(tools.map((tool) => call(tool, {}, { project })));
    return tools.filter((_, at) => decisions[at]?.decision === "deny");
  };
  assert.deepEqual(await denied("/p/q/r"), ["top", "deep"]);
  assert.deepEqual(await denied("/p/q"), ["top"]);
  assert.deepEqual(await denied("/q"), []);
  assert.deepEqual(await denied(undefined), []);
});

Deno.test("explain() names the folders that are looked at, with their rules", async () => {
  const { policies } = await testPolicies(
    new Map([["/p", new Map([["a.toml", 'deny_tool = ["a"]'], ["b.toml", 'deny_tool = ["b"]']])]]),
  );
  const { sources } = await policies.explain({
    tool: "t",
    params: {},
    principal: "local",
    project: "/p/q",
  });
  assert.deepEqual(sources, [
    { path: HOME, exists: false, rules: 0 },
    { path: "/p", exists: true, rules: 2 },
    { path: "/p/q", exists: false, rules: 0 },
  ]);
});

Deno.test("a malformed file of the home ends the start, without a report", async () => {
  await assert.rejects(
    homePolicies("deny_tool = 1"),
    (thrown) =>
      thrown instanceof CarError && thrown.code === "config_invalid" &&
      /a\.toml, line 1: key "deny_tool"/.test(thrown.message),
  );
});

Deno.test("files that change are in force a second after the last look, not read more often", async () => {
  const { call, clock, folders, reads } = await homePolicies('deny_tool = ["a"]');
  assert.equal((await call("a")).decision, "deny");
  folders.get(HOME)?.set("b.toml", 'deny_tool = ["b"]');
  assert.equal((await call("b")).decision, "allow");
  clock.advance(LOOK_EVERY_MS);
  assert.equal((await call("b")).decision, "deny");
  folders.delete(HOME);
  clock.advance(LOOK_EVERY_MS);
  assert.equal((await call("b")).basis, "no_rules_configured");
  assert.equal(reads(), 3);
  clock.advance(LOOK_EVERY_MS);
  await call("b");
  assert.equal(reads(), 3);
});

Deno.test("a fault on reload leaves the old rules in force, is told once and ends when mended", async () => {
  const { call, clock, folders, faults, policies } = await homePolicies('deny_tool = ["a"]');
  folders.get(HOME)?.set("a.toml", "deny_tool = 5");
  for (let look = 0; look < 3; look++) {
    clock.advance(LOOK_EVERY_MS);
    assert.deepEqual(denials(await call("a")), ["deny_tool:a"]);
    assert.equal((await call("b")).decision, "allow");
  }
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? "", /a\.toml, line 1: key "deny_tool"/);
  const explained = await policies.explain({ tool: "b", params: {}, principal: "local" });
  assert.deepEqual(explained.sources, [{ path: HOME, exists: true, rules: 1, fault: faults[0] }]);
  assert.equal(explained.decision.basis, "passed_rules");
  folders.get(HOME)?.set("a.toml", 'deny_tool = ["b"]');
  clock.advance(LOOK_EVERY_MS);
  assert.equal((await call("a")).decision, "allow");
  assert.equal((await call("b")).decision, "deny");
  const mended = await policies.explain({ tool: "b", params: {}, principal: "local" });
  assert.deepEqual(mended.sources, [{ path: HOME, exists: true, rules: 1 }]);
});

Deno.test("a project whose files cannot be read denies everything until they can", async () => {
  const { call, clock, folders, faults, policies } = await testPolicies(
    new Map([["/p", new Map([["a.toml", "oops"]])]]),
  );
  const denied = await call("t", {}, { project: "/p" });
  assert.equal(denied.decision, "deny");
  assert.equal(denied.basis, "policy_load_failed");
  assert.deepEqual(denials(denied), ["policy_load_failed"]);
  assert.equal(faults.length, 1);
  const seen = { tool: "t", params: {}, principal: "local", project: "/p" };
  const [, source] = (await policies.explain(seen)).sources;
  assert.deepEqual(source, { path: "/p", exists: true, rules: 0, fault: faults[0] });
  assert.equal((await call("t")).decision, "allow");
  folders.get("/p")?.set("a.toml", "");
  clock.advance(LOOK_EVERY_MS);
  assert.equal((await call("t", {}, { project: "/p" })).decision, "allow");
});

Deno.test("a project that is no folder denies everything", async () => {
  const { call, faults } = await testPolicies(new Map());
  const denied = await call("t", {}, { project: "/gone/away" });
  assert.deepEqual(faults, [], "the caller's path is not for the log");
  assert.equal(denied.basis, "policy_load_failed");
  assert.match(denied.findings[0]?.reason ?? "", /not a folder/);
});

Deno.test("a reading that breaks off denies everything until one succeeds", async () => {
  const { files } = await testPolicies(new Map());
  let isBroken = true;
  const { call, clock } = await testPolicies(new Map(), {
    files: {
      ...files,
      read(path) {
        if (isBroken && path === "/p") throw new Error("out of files");
        return files.read(path);
      },
    },
  });
  await assert.rejects(call("t", {}, { project: "/p" }), /out of files/);
  const denied = await call("t", {}, { project: "/p" });
  assert.equal(denied.basis, "policy_load_failed");
  assert.equal(denied.findings[0]?.reason, "The policies could not be read");
  isBroken = false;
  clock.advance(LOOK_EVERY_MS);
  assert.equal((await call("t", {}, { project: "/p" })).decision, "allow");
});

Deno.test("the home's own folder counts once for a project above it", async () => {
  const { policies } = await homePolicies('deny_tool = ["a"]');
  const { decision, sources } = await policies.explain({
    tool: "a",
    params: {},
    principal: "local",
    project: HOME,
  });
  assert.equal(decision.rulesLoaded, 1);
  assert.deepEqual(sources.map(({ path }) => path), [HOME, "/home"]);
});

Deno.test("projects beyond the bound are read anew when they are back", async () => {
  const { call, reads } = await testPolicies(new Map(), { projectsMax: 2 });
  for (const project of ["/a", "/b", "/a", "/c", "/a"]) await call("t", {}, { project });
  const before = reads();
  await call("t", {}, { project: "/a" });
  assert.equal(reads(), before);
  await call("t", {}, { project: "/b" });
  assert.equal(reads(), before + 1);
});

Deno.test("calls that come while patterns are loaded all wait for the same rules", async () => {
  const { policies, folders, clock } = await homePolicies("");
  folders.get(HOME)?.set(
    "a.toml",
    '[[deny_tool_param_matching]]\ntool = "t"\nparam = "a"\nmatches = "^x"',
  );
  clock.advance(LOOK_EVERY_MS);
  const call = { tool: "t", params: { a: "x" }, principal: "local" };
  const decisions = await Promise.all([policies.decide(call), policies.decide(call)]);
  assert.deepEqual(decisions.map(({ decision }) => decision), ["deny", "deny"]);
});

Deno.test("a decision is there at once, as long as nothing has to be loaded", async () => {
  const { policies } = await homePolicies('deny_tool = ["a"]');
  const decision = policies.decide({ tool: "a", params: {}, principal: "local", project: "/p" });
  assert.ok(!(decision instanceof Promise));
});

Deno.test("a call that no rule could be about is decided without looking at it", async () => {
  const { policies } = await homePolicies("");
  const params = new Proxy({}, {
    ownKeys: () => assert.fail("the arguments were looked at"),
    get: () => assert.fail("the arguments were looked at"),
  });
  const call = { tool: "memory_query", params, principal: "local" };
  assert.equal(policies.decide(call), NO_RULES_DECISION);
  assert.equal(policies.decide({ ...call, project: "/p" }), policies.decide(call));
  assert.notEqual(policies.decide({ ...call, tool: "shell", params: {} }), NO_RULES_DECISION);
});
