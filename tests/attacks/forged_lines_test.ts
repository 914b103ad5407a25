// Attack: a name or a text with line breaks and terminal escapes in it, which forges a line of the log,
// or gives orders to the terminal of whoever looks at what is stored. And secrets, which must stand in
// nothing that is printed.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DENO, testOnBoth } from "../helpers/runtimes.ts";
import { call, initializeRequest, notification, rpc } from "../helpers/test_app.ts";
import { startVictim, type Victim } from "./_victim.ts";

const MARK = "forged-line";
// A new line, a carriage return, colours, the window's title, a C1 control, and an order to write backwards.
const FORGED = `a\n${MARK}\r\n${MARK}\x1b[31m\x1b]0;${MARK}\x07\x9b2J\u2028\u202e${MARK}`;
// deno-lint-ignore no-control-regex -- they are what is looked for
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;

function assertPlain(text: string, what: string): void {
  assert.doesNotMatch(text, CONTROLS, `${what}: ${JSON.stringify(text)}`);
  for (const line of text.split("\n")) assert.ok(!line.startsWith(MARK), `${what}: ${line}`);
}

/** Says it wherever a client can say something. */
async function sayEverywhere(victim: Victim, token?: string): Promise<void> {
  const escaped = encodeURIComponent(FORGED);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const bodies: unknown[] = [
    { ...rpc(FORGED), id: FORGED },
    call(FORGED),
    call("memory_query", { query: FORGED, [FORGED]: FORGED, tenant_id: FORGED }),
    call("memory_add_fact", { subject: FORGED, body: FORGED, source: FORGED, tags: [FORGED] }),
    call("skill_ingest", { name: FORGED, description: FORGED, code: FORGED }),
    call("policy_check", { tool: FORGED, parameters: { [FORGED]: FORGED } }),
    rpc("resources/read", { uri: FORGED }),
    rpc("prompts/get", { name: FORGED }),
    notification(FORGED),
    notification("notifications/cancelled", { requestId: FORGED, reason: FORGED }),
    { ...initializeRequest("2025-11-25"), id: FORGED },
    rpc("initialize", {
      protocolVersion: FORGED,
      capabilities: {},
      clientInfo: { name: FORGED, version: FORGED },
    }),
  ];
  const headers = [
    {},
    { "car-project": `/tmp/${escaped}` },
    { "car-namespace": escaped },
    { "mcp-session-id": escaped },
    { "mcp-protocol-version": escaped },
  ];
  for (const body of bodies) {
    for (const more of headers) {
      const response = await victim.post(body, { ...authorization, ...more });
      await response.body?.cancel();
    }
  }
  const path = `/mcp/${escaped}?${escaped}`;
  await (await victim.send("GET", authorization, path)).body?.cancel();
}

testOnBoth("nothing that a client says forges a line of the log", async (runtime) => {
  for (const format of ["text", "json"]) {
    const environment = { CAR_LOG_LEVEL: "debug", CAR_LOG_FORMAT: format };
    await using victim = await startVictim(runtime, { environment });
    await sayEverywhere(victim);
    const metrics = await (await victim.send("GET", {}, "/metrics")).text();
    assertPlain(metrics, "metrics");
    assert.ok(!metrics.includes(MARK));
    const { stdout, stderr } = await victim.stop();
    assert.equal(stdout, `${victim.url}\n`);
    assertPlain(stderr, format);
    for (const line of stderr.trim().split("\n")) {
      if (format === "json") JSON.parse(line);
      else assert.match(line, /^(car-mcp: |\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d)/);
    }
    for (const name of ["decisions.jsonl", "audit.jsonl"]) {
      const path = join(victim.home, "mcp", name);
      const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
      for (const line of lines) if (line !== "") JSON.parse(line);
      assertPlain(lines.join("\n"), name);
    }
  }
});

const AT_ONCE = 4;

Deno.test("nothing that was stored gives orders to the terminal of who looks at it", async () => {
  await using victim = await startVictim(DENO);
  await sayEverywhere(victim);
  const { facts } = await victim.use("memory_query", { query: "", k: 50 });
  const ids: string[] = facts.map(({ id }: { readonly id: string }) => id);
  const commands = [
    ["memory", "list"],
    ["memory", "query", MARK],
    ["memory", "history"],
    ["memory", "stats"],
    ["skills", "list"],
    ["skills", "find", MARK],
    ["audit"],
    ["status"],
    ["policy", "check", FORGED],
    ["upstream", "test", FORGED],
    ["token", "revoke", FORGED],
    ["memory", "show", FORGED],
    ...ids.slice(0, 1).map((id) => ["memory", "show", id]),
  ];
  for (let at = 0; at < commands.length; at += AT_ONCE) {
    await Promise.all(
      commands.slice(at, at + AT_ONCE).map(async (command) => {
        const { stdout, stderr } = await victim.run(command);
        assert.doesNotMatch(stderr, CONTROLS, `${command}: ${JSON.stringify(stderr)}`);
        // The body of the one fact that is shown stands there with its own lines.
        if (command[1] === "show") assert.doesNotMatch(stdout, CONTROLS, JSON.stringify(stdout));
        else assertPlain(stdout, String(command));
      }),
    );
  }
});

const SECRET = "s3cr3t-of-the-house";
const UPSTREAM = `url = "http://127.0.0.1:9/mcp?key=\${env:HOUSE_KEY}"\n` +
  `headers = { Authorization = "Bearer \${env:HOUSE_KEY}" }\n`;

testOnBoth(
  "no secret stands in what is printed, logged or told to strangers mcp:175",
  async (runtime) => {
    await using victim = await startVictim(runtime, {
      isGuarded: true,
      files: { "upstreams/far.toml": UPSTREAM },
      environment: { HOUSE_KEY: SECRET, CAR_LOG_LEVEL: "debug" },
    });
    const token = victim.give("ann");
    await sayEverywhere(victim, token);
    const texts: string[] = [];
    const ask = async (path: string, headers: Record<string, string>) => {
      const response = await victim.send("GET", headers, path);
      texts.push(await response.text(), JSON.stringify([...response.headers]));
    };
    const stranger = await (await victim.send("GET", {}, "/mcp/health")).json();
    assert.deepEqual(Object.keys(stranger), ["status"]);
    for (
      const headers of [{}, { authorization: `Bearer ${token}` }, { authorization: "Bearer x" }]
    ) {
      for (const path of ["/mcp", "/mcp/health", "/metrics"]) await ask(path, headers);
    }
    // Every user of the machine can read these.
    texts.push(commandLineOf(victim.pid));
    const commands = [["status"], ["doctor"], ["config", "show"], ["upstream", "list"], [
      "token",
      "list",
    ]];
    for (const { stdout, stderr } of await Promise.all(commands.map((each) => victim.run(each)))) {
      texts.push(stdout, stderr);
    }
    const home = join(victim.home, "mcp");
    const secrets = [token, readFileSync(join(home, "local.token"), "utf8").trim()]
      .map((each) => each.slice(-43));
    const { stdout, stderr } = await victim.stop();
    texts.push(stdout, stderr);
    for (const secret of [SECRET, ...secrets]) {
      for (const text of texts) assert.ok(!text.includes(secret), text);
      for (const name of readdirSync(home, { recursive: true, encoding: "utf8" })) {
        const path = join(home, name);
        if (name === "local.token" || !statSync(path).isFile()) continue;
        assert.ok(!readFileSync(path, "latin1").includes(secret), name);
      }
    }
  },
);

function commandLineOf(pid: number): string {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) ? readFileSync(path, "latin1") : "";
}
