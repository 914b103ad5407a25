// Attack: a web page has its own name lead to the loopback address (DNS rebinding), or calls from its own
// origin, and spells what gives it away so that a careless reader takes it for a name of the server.

import assert from "node:assert/strict";
import { DENO, testOnBoth } from "../helpers/runtimes.ts";
import { assertUnharmed, plant, startVictim, type Victim } from "./_victim.ts";

function foreignHosts(port: number): readonly string[] {
  return [
    "evil.example",
    `evil.example:${port}`,
    "EVIL.EXAMPLE",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    `localhost.evil.example:${port}`,
    "evil.example.localhost",
    "notlocalhost",
    `localhost@evil.example:${port}`,
    `evil.example@127.0.0.1:${port}`,
    `user:word@localhost:${port}`,
    `127.0.0.1:${port}@evil.example`,
    `evil.example:${port}#localhost`,
    `evil.example/localhost:${port}`,
    `http://127.0.0.1:${port}`,
    `127.0.0.1:${port}/mcp`,
    "localhost.",
    `localhost.:${port}`,
    "127.0.0.1.",
    "localhost:",
    "localhost:1",
    `127.0.0.1:${port}0`,
    `127.0.0.1:0${port}`,
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.0.0.2",
    "0.0.0.0",
    "0",
    "[::]",
    "::1",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::1%25lo]",
    "[::1].evil.example",
    "localhost, evil.example",
    "localhost evil.example",
    "localhost\tevil.example",
    "localhost%00.evil.example",
    "localhost\\evil.example",
    "xn--localhost-9l5o",
    "\u00e2\u0093\u009bocalhost",
    "null",
    "*",
    "",
  ];
}

function foreignOrigins(port: number): readonly string[] {
  return [
    "null",
    "http://evil.example",
    `http://evil.example:${port}`,
    "http://127.0.0.1",
    "http://localhost",
    "http://localhost:1",
    `http://localhost:${port}0`,
    `https://localhost:${port}`,
    `HTTP://LOCALHOST:${port}1`,
    `http://localhost:${port}.evil.example`,
    `http://localhost.evil.example:${port}`,
    `http://127.0.0.1.evil.example:${port}`,
    `http://localhost:${port}@evil.example`,
    `http://user@localhost:${port}`,
    `http://localhost.:${port}`,
    `http://localhost:${port}/`,
    `http://localhost:${port}#`,
    `http://localhost:${port}?`,
    `http://localhost:0${port}`,
    `http:/localhost:${port}`,
    `//localhost:${port}`,
    `localhost:${port}`,
    `http://127.1:${port}`,
    `http://2130706433:${port}`,
    `http://0x7f.1:${port}`,
    `http://127.0.0.2:${port}`,
    `http://0.0.0.0:${port}`,
    `http://[::]:${port}`,
    `http://[0:0:0:0:0:0:0:1]:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
    `http://xn--localhost-9l5o:${port}`,
    `http://\u00e2\u0093\u009bocalhost:${port}`,
    `http://localhost:${port}, http://evil.example`,
    `http://evil.example, http://localhost:${port}`,
    `http://localhost:${port} http://evil.example`,
    `http://localhost:${port}\thttp://evil.example`,
    `http://localhost\t:${port}`,
    "file://",
    "about:blank",
    "chrome-extension://abcdefghijklmnop",
    "vscode-webview://localhost",
    "moz-extension://localhost",
    "data:",
    "*",
    "",
  ];
}

/** Posts with a line of headers as it stands; nothing good may come back. */
async function assertRefused(victim: Victim, request: string, what: string): Promise<void> {
  const answer = await victim.sendRaw(request);
  const status = answer?.status ?? 400;
  assert.ok(status >= 400 && status < 500, `${what}: ${status} ${answer?.body}`);
  assert.equal(answer?.headers.get("access-control-allow-origin"), undefined, what);
}

function post(victim: Victim, { host, lines = [], target = "/mcp", subject }: {
  readonly host?: string | undefined;
  readonly lines?: readonly string[];
  readonly target?: string;
  readonly subject: string;
}): string {
  const body = plant(subject);
  const own = host ?? `127.0.0.1:${victim.port}`;
  const head = [
    `POST ${target} HTTP/1.1`,
    `host: ${own}`,
    ...lines,
    "content-type: application/json",
    `content-length: ${body.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

testOnBoth("a foreign Host is refused in every spelling mcp:9 mcp:11", async (runtime) => {
  await using victim = await startVictim(runtime);
  for (const host of foreignHosts(victim.port)) {
    const request = post(victim, { host, subject: `by host ${host}` });
    await assertRefused(victim, request, `Host: ${JSON.stringify(host)}`);
  }
  await assertUnharmed(victim);
  const answer = await victim.sendRaw(post(victim, { subject: "own host" }));
  assert.equal(answer?.status, 200);
  await assertUnharmed(victim, ["own host"]);
});

testOnBoth("a foreign Origin is refused in every spelling mcp:5 mcp:6 mcp:11", async (runtime) => {
  await using victim = await startVictim(runtime);
  for (const origin of foreignOrigins(victim.port)) {
    const lines = [`origin: ${origin}`];
    const request = post(victim, { lines, subject: `by origin ${origin}` });
    await assertRefused(victim, request, `Origin: ${JSON.stringify(origin)}`);
  }
  await assertUnharmed(victim);
  const lines = [`origin: http://localhost:${victim.port}`];
  const answer = await victim.sendRaw(post(victim, { lines, subject: "own origin" }));
  assert.equal(answer?.status, 200);
  await assertUnharmed(victim, ["own origin"]);
});

testOnBoth("a foreign name beside the right one is refused", async (runtime) => {
  await using victim = await startVictim(runtime);
  const own = `127.0.0.1:${victim.port}`;
  const attacks: Record<string, { readonly lines?: string[]; host?: string; target?: string }> = {
    "two Host lines, the foreign one last": { lines: ["host: evil.example"] },
    "two Host lines, the foreign one first": { host: "evil.example", lines: [`host: ${own}`] },
    "two Origin lines": { lines: [`origin: http://${own}`, "origin: http://evil.example"] },
    "two Origin lines, the foreign one first": {
      lines: ["origin: http://evil.example", `origin: http://${own}`],
    },
    "a target of two slashes": { target: "//evil.example/mcp" },
    "a foreign Host and a forwarded own one": {
      host: "evil.example",
      lines: [`x-forwarded-host: ${own}`, `forwarded: host=${own}`],
    },
  };
  for (const [what, attack] of Object.entries(attacks)) {
    await assertRefused(victim, post(victim, { ...attack, subject: what }), what);
  }
  await assertUnharmed(victim);
});

// Bun drops the host of a request's target before anybody can look at it. Browsers send one to a proxy
// alone, so no page can make use of that.
Deno.test("a foreign name in the target beside the right Host is refused", async () => {
  await using victim = await startVictim(DENO);
  const own = `127.0.0.1:${victim.port}`;
  const attacks = [
    { target: "http://evil.example/mcp" },
    { target: `http://evil.example:${victim.port}/mcp` },
    { target: `http://${own}/mcp`, host: "evil.example" },
    { target: `http://evil.example@${own}/mcp`, host: "evil.example" },
  ];
  for (const attack of attacks) {
    const what = JSON.stringify(attack);
    await assertRefused(victim, post(victim, { ...attack, subject: what }), what);
  }
  await assertUnharmed(victim);
});
