// Attack: a body that is small on the wire and large in memory, that is nested without end, that names
// what every object inherits, or whose patterns take for ever; from a client, a file or a mounted server.

import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { rawPost } from "../helpers/raw_socket.ts";
import { DENO, testOnBoth } from "../helpers/runtimes.ts";
import { call, rpc } from "../helpers/test_app.ts";
import { assertUnharmed, CANARY, plant, startVictim } from "./_victim.ts";

const MIB = 1024 * 1024;

testOnBoth("a body that is compressed is never expanded", async (runtime) => {
  await using victim = await startVictim(runtime);
  const bomb = gzipSync(new Uint8Array(64 * MIB).fill(0x20));
  const bodies = {
    gzip: [gzipSync(plant("zipped")), bomb],
    "x-gzip": [gzipSync(plant("zipped"))],
    br: [brotliCompressSync(plant("zipped"))],
    "gzip, gzip": [gzipSync(bomb)],
  };
  for (const [encoding, all] of Object.entries(bodies)) {
    for (const body of all) {
      const response = await victim.post(new Uint8Array(body), { "content-encoding": encoding });
      // Read as the bytes it has, which are no JSON.
      assert.match(await response.text(), /"error"/, encoding);
    }
  }
  await assertUnharmed(victim);
});

testOnBoth("a body without end in depth, breadth or number is refused", async (runtime) => {
  await using victim = await startVictim(runtime);
  const deep = (open: string, close: string, times: number) =>
    open.repeat(times) + "1" + close.repeat(times);
  const within = (value: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"memory_add_fact","arguments":` +
    `{"subject":"s","body":"${CANARY}","importance":${value}}}}`;
  const bodies = {
    "deep lists": within(deep("[", "]", 100_000)),
    "deep objects": within(deep('{"a":', "}", 100_000)),
    "a bare deep list": deep("[", "]", 1_000_000),
    "many values": within(`[${"0,".repeat(200_000)}0]`),
    "a huge number": within("9".repeat(400)),
    "a long number": within(`1${"0".repeat(MIB)}`),
    "a tiny number": within(`1e-${"9".repeat(20)}`),
    "no number": within("NaN"),
    "a batch without end": `[${'{"jsonrpc":"2.0","id":1,"method":"ping"},'.repeat(51)}1]`,
    "a long id": `{"jsonrpc":"2.0","id":"${"x".repeat(MIB)}","method":"tools/call","params":7}`,
    "a huge id": `{"jsonrpc":"2.0","id":1e400,"method":"ping"}`,
    "a long method": `{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(MIB)}"}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    const response = await victim.post(body);
    const text = await response.text();
    assert.ok(response.status < 500, `${what}: ${response.status}`);
    assert.match(text, /"error"|"isError":true/, what);
    assert.ok(text.length < 2 * MIB, what);
  }
  const announced = rawPost("{}", { "content-length": "999999999999999" });
  const answer = await victim.sendRaw(announced);
  assert.ok(answer === undefined || answer.status === 413 || answer.status === 400);
  await assertUnharmed(victim);
});

const INHERITED = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
];

testOnBoth("what every object inherits is no tool, method, argument or key", async (runtime) => {
  await using victim = await startVictim(runtime, {
    files: { "policies/a.toml": '[[deny_tool_param]]\ntool = "x"\nparam = "__proto__"\n' },
  });
  const before = await (await victim.post(rpc("tools/list"))).text();
  for (const name of INHERITED) {
    const polluted = JSON.stringify(
      call("memory_add_fact", { subject: "s", body: CANARY, HERE: { isError: true, polluted: 1 } }),
    ).replace("HERE", name);
    const bodies = [
      polluted,
      `{"${name}":{"jsonrpc":"2.0"},"jsonrpc":"2.0","id":1,"method":"${name}"}`,
      rpc(name),
      call(name),
      rpc("prompts/get", { name }),
      rpc("resources/read", { uri: `car://memory/${name}` }),
      rpc("resources/read", { uri: `car://memory/fact/${name}` }),
      rpc("completion/complete", {
        ref: { type: "ref/prompt", name },
        argument: { name, value: name },
      }),
      call("policy_check", { tool: name, parameters: { [name]: { polluted: 1 } } }),
      call("verify", { proposal: { actions: [{ id: name, type: "tool_call", tool: name }] } }),
    ];
    for (const body of bodies) {
      const response = await victim.post(body);
      const text = await response.text();
      assert.ok(response.status < 500, `${name}: ${response.status} ${text}`);
      assert.doesNotMatch(text, /native code|Internal error/, JSON.stringify(body));
    }
  }
  assert.equal(await (await victim.post(rpc("tools/list"))).text(), before);
  await assertUnharmed(victim);
});

Deno.test("what every object inherits is no key of a file that is read", async () => {
  await using victim = await startVictim(DENO);
  const lines = INHERITED.map((name) =>
    `{"type":"entity","name":"${name}","entityType":"${name}","observations":["${name}"],` +
    `"${name}":{"polluted":1}}`
  );
  const file = join(victim.home, "memory.json");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const imported = await victim.run(["memory", "import", file]);
  assert.ok(imported.code === 0 || imported.code === 8, imported.stderr);
  const texts = ["__proto__", "constructor"].flatMap((name) => [
    `${name} = 1`,
    `[${name}]\npolluted = 1`,
    `[limits]\n${name} = 1`,
  ]);
  await Promise.all(texts.map(async (text, at) => {
    const config = join(victim.home, `other${at}.toml`);
    writeFileSync(config, text);
    const checked = await victim.run(["config", "check", "--config", config]);
    assert.equal(checked.code, 2, `${text}: ${checked.stdout}${checked.stderr}`);
  }));
});

// With a backtracking engine each of these takes longer than the age of the universe.
const ENDLESS = "^(a+)+$|^(a|aa)+$|^(a|a?)+$|(.*a){40}$";
const VICTIM_TEXT = `${"a".repeat(50_000)}!`;

const RULE =
  `[[deny_tool_param_matching]]\ntool = "*"\nparam = "subject"\nmatches = '${ENDLESS}'\n`;

testOnBoth("a pattern of a policy takes no more than linear time", async (runtime) => {
  await using victim = await startVictim(runtime, { files: { "policies/slow.toml": RULE } });
  // Were it not linear, neither would be answered within the deadline of the connection.
  const args = { tool: "shell", parameters: { subject: VICTIM_TEXT } };
  const response = await victim.post(call("policy_check", args));
  assert.equal(response.status, 200);
  await response.body?.cancel();
  const { code, stderr } = await victim.run(
    [
      "policy",
      "check",
      "shell",
      "--params",
      JSON.stringify({ subject: VICTIM_TEXT.slice(0, 9_000) }),
    ],
  );
  assert.ok(code === 0 || code === 8, stderr);
});
