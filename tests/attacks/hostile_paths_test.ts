// Attack: a name or a path leads out of the folder that it should stay in, or onto a file that is there.

import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runProcess } from "../helpers/process.ts";
import { DENO, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, rpc } from "../helpers/test_app.ts";
import { startVictim } from "./_victim.ts";

const LETTER = "a letter\n";

Deno.test("no command writes over a file that is there, or out of the home by a name", async () => {
  await using victim = await startVictim(DENO);
  await victim.use("memory_add_fact", { subject: "a", body: "b" });
  const letter = join(victim.home, "letter");
  const link = join(victim.home, "link");
  writeFileSync(letter, LETTER);
  symlinkSync(letter, link);
  const before = readdirSync(victim.home).sort();
  const refused = [
    ...[letter, link].flatMap((path) => [["memory", "backup", path], ["memory", "export", path]]),
    ["memory", "backup", join(letter, "inside")],
    ["memory", "import", "/etc/passwd"],
    ["memory", "restore", letter],
    ["upstream", "add", "../letter", "--", "true"],
    ["upstream", "add", "../../letter", "--url", "http://127.0.0.1/"],
    ["upstream", "add", "a/b", "--", "true"],
    ["upstream", "add", "/tmp/letter", "--", "true"],
    ["upstream", "add", "..", "--", "true"],
    ["upstream", "remove", "../config"],
    ["upstream", "logs", "../../letter"],
    ["upstream", "approve", "../letter"],
    ["token", "revoke", "../letter"],
    ["token", "create", "../letter"],
    ["config", "check", "--config", letter],
  ];
  for (let at = 0; at < refused.length; at += 4) {
    await Promise.all(
      refused.slice(at, at + 4).map(async (command) => {
        const { code, stdout, stderr } = await victim.run(command);
        assert.notEqual(code, 0, `${command}: ${stdout}`);
        // What stands in a file that is none of ours is not repeated.
        assert.doesNotMatch(`${stdout}${stderr}`, /root:|a letter/, String(command));
      }),
    );
  }
  assert.equal(readFileSync(letter, "utf8"), LETTER);
  assert.deepEqual(readdirSync(victim.home).filter((name) => name !== "upstreams").sort(), before);
});

Deno.test("a home that is no absolute path, or no folder, is refused", async () => {
  using folder = tempHome();
  const file = join(folder.path, "file");
  writeFileSync(file, LETTER);
  for (const home of ["relative", "../up", "~", "", file, join(file, "below")]) {
    const args = ["memory", "add", "a", "b", "--home", home];
    const { code } = await runProcess({ runtime: DENO, args });
    assert.ok(code === 2 || code === 4, `${home}: ${code}`);
  }
  assert.equal(readFileSync(file, "utf8"), LETTER);
  assert.ok(!existsSync("relative"));
});

testOnBoth("a project that a caller names is no way to read or write a file", async (runtime) => {
  await using victim = await startVictim(runtime);
  const project = join(victim.home, "project");
  mkdirSync(join(project, ".car", "policies"), { recursive: true });
  symlinkSync("/etc/passwd", join(project, ".car", "policies", "leak.toml"));
  const projects = [
    "/etc",
    "/etc/passwd",
    `${project}/../../../../etc`,
    "/proc/self",
    "/dev",
    "relative",
    "../..",
    `${project}%00/x`,
    `/${"x".repeat(5_000)}`,
    project,
  ];
  for (const named of projects) {
    for (const body of [call("policy_check", { tool: "x", parameters: {} }), rpc("tools/list")]) {
      const response = await victim.post(body, { "car-project": named });
      const text = await response.text();
      assert.ok(response.status < 500, named);
      assert.doesNotMatch(text, /root:|daemon:/, named);
    }
  }
  for (const uri of ["file:///etc/passwd", "car://memory/fact/..%2F..%2Fstate.key", "car:///etc"]) {
    const response = await victim.post(rpc("resources/read", { uri }));
    assert.match(await response.text(), /Resource not found/, uri);
  }
  // A namespace is never a file's name.
  for (const tenant_id of ["../x", "/etc", "..", "a/../../b", "a\\..\\b"]) {
    await (await victim.post(call("memory_add_fact", { subject: "a", body: "b", tenant_id })))
      .text();
  }
  assert.ok(!existsSync(join(victim.home, "x")));
  assert.deepEqual(readdirSync(victim.home).sort(), ["mcp", "project"]);
});
