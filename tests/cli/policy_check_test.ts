// `car-mcp policy check` as a person or a script meets it: answer, exit code, and that it changes nothing.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, runProcess } from "../helpers/process.ts";
import { DENO, type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** A home and a repository with a rule each. */
function governed(): { readonly home: string; readonly project: string } & Disposable {
  const folder = tempHome();
  const home = join(folder.path, "home");
  const project = join(folder.path, "repo", "src");
  for (const made of [join(home, "policies"), project, join(folder.path, "repo", ".git")]) {
    mkdirSync(made, { recursive: true });
  }
  const rules = join(folder.path, "repo", ".car", "policies");
  mkdirSync(rules, { recursive: true });
  writeFileSync(join(home, "policies", "a.toml"), 'deny_tool = ["rm"]\ndeny_keyword = ["secret"]');
  writeFileSync(
    join(rules, "b.toml"),
    "[[deny_tool_param_matching]]\ntool = 'run'\nparam = 'cmd'\nmatches = '^sudo '",
  );
  return { home, project, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

function check(args: readonly string[], home: string, runtime: Runtime = DENO): Promise<Ended> {
  return runProcess({ runtime, args: ["policy", "check", ...args, "--home", home] });
}

testOnBoth(
  "policy check prints the verdict and its reasons, and ends with 8 or 0",
  async (runtime) => {
    using place = governed();
    const project = ["--project", place.project];
    const denied = await check(
      ["run", "--params", '{"cmd":"sudo ls"}', ...project],
      place.home,
      runtime,
    );
    assert.equal(denied.code, 8, denied.stderr);
    assert.equal(denied.stderr, "");
    const [verdict, finding, ...sources] = denied.stdout.trimEnd().split("\n");
    assert.equal(verdict, "run: denied (denied_by_rule)");
    assert.match(finding ?? "", /^ {2}deny deny_tool_param_matching:run\.cmd: .*b\.toml\)$/);
    assert.equal(sources.length, 2);
    assert.equal(sources[0], `  2 rules from ${join(place.home, "policies")}`);
    assert.match(sources[1] ?? "", /^ {2}1 rule from .*\.car\/policies$/);
    const allowed = await check(
      ["run", "--params", '{"cmd":"ls"}', ...project],
      place.home,
      runtime,
    );
    assert.equal(allowed.code, 0);
    assert.match(allowed.stdout, /^run: allowed \(passed_rules\)\n/);
    assert.deepEqual(readdirSync(place.home), ["policies"]);
  },
);

Deno.test("policy check --json prints what policy_check answers", async () => {
  using place = governed();
  const { code, stdout } = await check(
    ["rm", "--json", "--project", place.project, "--params", '{"a":"secret"}'],
    place.home,
  );
  assert.equal(code, 8);
  const { findings, policy_sources, ...report } = JSON.parse(stdout);
  assert.deepEqual(report, {
    decision: "deny",
    basis: "denied_by_rule",
    tool: "rm",
    rules_loaded: 3,
  });
  assert.deepEqual(findings.map(({ rule }: { rule: string }) => rule), [
    "deny_tool:rm",
    "deny_keyword:1",
  ]);
  assert.deepEqual(policy_sources.map(({ rules }: { rules: number }) => rules), [2, 1, 0]);
  assert.doesNotMatch(stdout, /secret/);
});

Deno.test("policy check needs no home and makes none", async () => {
  using folder = tempHome();
  const home = join(folder.path, "home");
  const { code, stdout } = await check(["anything", "--project", folder.path], home);
  assert.equal(code, 0);
  assert.match(stdout, /^anything: allowed \(no_rules_configured\)\n/);
  assert.equal(existsSync(home), false);
});

Deno.test("policy check denies in a project that does not exist, or that it cannot read", async () => {
  using place = governed();
  const missing = await check(["x", "--project", join(place.project, "none")], place.home);
  assert.equal(missing.code, 8);
  assert.match(missing.stdout, /policy_load_failed.*\n.*not a folder that can be read/);
  mkdirSync(join(place.project, ".car", "policies"), { recursive: true });
  writeFileSync(join(place.project, ".car", "policies", "c.toml"), "deny_tool = 1");
  const malformed = await check(["x", "--project", place.project], place.home);
  assert.equal(malformed.code, 8);
  assert.match(malformed.stdout, /policy_load_failed.*\n.*c\.toml, line 1: key "deny_tool"/);
});

const REFUSED: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["params that are no JSON", ["t", "--params", "{secret"], /--params is not JSON/],
  ["params that are no object", ["t", "--params", "[1]"], /--params must be a JSON object/],
  [
    "params that are too deep",
    ["t", "--params", `{"a":${"[".repeat(80)}${"]".repeat(80)}}`],
    /--params is too large: at most 64 deep/,
  ],
];

for (const [name, args, complaint] of REFUSED) {
  Deno.test(`policy check refuses ${name} with 2`, async () => {
    using place = governed();
    const { code, stdout, stderr } = await check(args, place.home);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, complaint);
    assert.doesNotMatch(stderr, /secret/);
  });
}

Deno.test("policy check ends with 2 for a malformed file of the home, and names it", async () => {
  using place = governed();
  writeFileSync(join(place.home, "policies", "b.toml"), "[[rate_limit_tool]]\ntool = 't'");
  const { code, stderr } = await check(["t"], place.home);
  assert.equal(code, 2);
  assert.match(stderr, /^car-mcp: Policy file .*b\.toml, line 1: key "rate_limit_tool\[0\]/);
});

Deno.test("policy check --help shows examples and exit codes", async () => {
  const { code, stdout } = await runProcess({
    runtime: DENO,
    args: ["policy", "check", "--help"],
  });
  assert.equal(code, 0);
  for (const word of ["--params", "--project", "--json", "Examples", "8 denied"]) {
    assert.ok(stdout.includes(word), word);
  }
});

Deno.test("serve ends with 2 when a policy is malformed", async () => {
  using place = governed();
  writeFileSync(join(place.home, "policies", "z.toml"), "deny_tool = [\n");
  const { code, stdout, stderr } = await runProcess({
    runtime: DENO,
    args: ["serve", "--home", place.home, "--bind", "127.0.0.1:0"],
  });
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^car-mcp: Policy file .*z\.toml is not TOML at line/);
});
