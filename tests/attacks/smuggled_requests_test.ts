// Attack: bytes that one reader of HTTP takes for one request and another for two, headers that come
// twice or in pieces, and values that would end a header or a line where they are repeated.

import assert from "node:assert/strict";
import { rawPost, RawSocket } from "../helpers/raw_socket.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { assertUnharmed, plant, startVictim, type Victim } from "./_victim.ts";

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

/** A POST of lines as they stand, which say everything but the type. */
function lines(body: string, ...headers: readonly string[]): string {
  return [
    "POST /mcp HTTP/1.1",
    "Host: 127.0.0.1",
    "Content-Type: application/json",
    ...headers,
    "",
    body,
  ].join("\r\n");
}

function length(body: string): string {
  return `Content-Length: ${body.length}`;
}

// A server that takes the last request for a part of a body waits for the rest of it.
const environment = { CAR_LIMITS_BODY_READ_MS: "1000" };
const LAST = "GET /mcp/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

/** The statuses of all that is answered, up to a last request that ends the connection. */
async function exchange(victim: Victim, bytes: string): Promise<readonly number[]> {
  using socket = await RawSocket.open(victim.port);
  socket.write(`${bytes}${LAST}`);
  const statuses: number[] = [];
  for (let answer = await socket.answer(); answer; answer = await socket.answer()) {
    statuses.push(answer.status);
  }
  return statuses;
}

testOnBoth("a body never becomes a request of its own", async (runtime) => {
  await using victim = await startVictim(runtime, { environment });
  const inner = rawPost(plant("smuggled"));
  const chunk = `${PING.length.toString(16)}\r\n${PING}\r\n0\r\n\r\n`;
  const attacks = {
    "two lengths that differ": lines(
      `${PING}${inner}`,
      `Content-Length: ${PING.length}`,
      `Content-Length: ${PING.length + inner.length}`,
    ),
    "a list of lengths": lines(
      `${PING}${inner}`,
      `Content-Length: ${PING.length}, ${PING.length + inner.length}`,
    ),
    "a length with a sign": lines(`${PING}${inner}`, `Content-Length: +${PING.length}`),
    "a negative length": lines(`${PING}${inner}`, "Content-Length: -1"),
    "a length in hexadecimal": lines(`${PING}${inner}`, "Content-Length: 0x28"),
    "a length with a blank in it": lines(`${PING}${inner}`, "Content-Length: 4 0"),
    "a huge length": lines(`${PING}${inner}`, `Content-Length: ${"9".repeat(40)}`),
    "a length before the colon of which stands a blank": lines(
      `${PING}${inner}`,
      `Content-Length : ${PING.length}`,
    ),
    "an encoding nobody knows": lines(inner, "Transfer-Encoding: xchunked"),
    "chunked, but not last": lines(`${chunk}${inner}`, "Transfer-Encoding: chunked, identity"),
    "chunked twice": lines(
      `${chunk}${inner}`,
      "Transfer-Encoding: chunked",
      "Transfer-Encoding: identity",
    ),
    "a chunk size with a sign": lines(
      `+28\r\n${PING}\r\n0\r\n\r\n${inner}`,
      "Transfer-Encoding: chunked",
    ),
    "a chunk longer than it says": lines(
      `2\r\n${PING}\r\n0\r\n\r\n${inner}`,
      "Transfer-Encoding: chunked",
    ),
    "a huge chunk size": lines(`${"f".repeat(20)}\r\n${inner}`, "Transfer-Encoding: chunked"),
    "a folded header": lines(`${PING}${inner}`, "X-Folded: one", ` Content-Length: ${PING.length}`),
    "a header of no name": lines(`${PING}${inner}`, `: x`, length(PING)),
    "a NUL in a header": lines(`${PING}${inner}`, "X-Nul: a\0b", length(PING)),
    "a bare carriage return": lines(`${PING}${inner}`, `X-Bare: a\r${length(PING)}`),
  };
  for (const [what, bytes] of Object.entries(attacks)) {
    const statuses = await exchange(victim, bytes);
    assert.deepEqual(await victim.subjects(), [], `${what}: ${statuses}`);
  }
  // Sent as what it is, it is served.
  assert.equal((await victim.sendRaw(inner))?.status, 200);
  await assertUnharmed(victim, ["smuggled"]);
});

testOnBoth("a length beside an encoding hides no request", async (runtime) => {
  await using victim = await startVictim(runtime, { environment });
  const inner = rawPost(plant("smuggled"));
  const all = `0\r\n\r\n${inner}`;
  const statuses = await exchange(
    victim,
    lines(all, `Content-Length: ${all.length}`, "Transfer-Encoding: chunked"),
  );
  assert.ok(statuses[0] !== 200, `${statuses}`);
  await assertUnharmed(victim);
});

testOnBoth(
  "a token that comes twice, in pieces or under another name lets nobody in mcp:167",
  async (runtime) => {
    await using victim = await startVictim(runtime, { isGuarded: true });
    const token = victim.give("ann");
    const attacks = {
      "twice": [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`],
      "beside another": [`Authorization: Bearer ${token}`, "Authorization: Bearer x"],
      "behind another": ["Authorization: Basic YW5uOmFubg==", `Authorization: Bearer ${token}`],
      "with a blank before the colon": [`Authorization : Bearer ${token}`],
      "with an underscore": [`Http_Authorization: Bearer ${token}`],
      "as a proxy's": [`Proxy-Authorization: Bearer ${token}`],
      "as a cookie": [`Cookie: Authorization=Bearer%20${token}; token=${token}`],
      "in a made up header": [`X-Authorization: Bearer ${token}`, `X-Api-Key: ${token}`],
      "quoted": [`Authorization: Bearer "${token}"`],
      "with a comma": [`Authorization: Bearer ${token},`],
      "with another behind": [`Authorization: Bearer ${token} ${token}`],
      "cut": [`Authorization: Bearer ${token.slice(0, -1)}`],
      "too long": [`Authorization: Bearer ${token}${"A".repeat(9_000)}`],
    };
    for (const [what, headers] of Object.entries(attacks)) {
      const statuses = await exchange(victim, lines(PING, length(PING), ...headers));
      assert.ok(statuses[0] === undefined || statuses[0] >= 400, `${what}: ${statuses}`);
    }
    const good = [length(PING), `authorization: bEARER ${token}`];
    assert.deepEqual(await exchange(victim, lines(PING, ...good)), [200, 200]);
  },
);

testOnBoth(
  "a token in the query or the body lets nobody in and is repeated nowhere mcp:166",
  async (runtime) => {
    const environment = { CAR_LOG_LEVEL: "debug" };
    await using victim = await startVictim(runtime, { isGuarded: true, environment });
    const token = victim.give("ann");
    const answers: string[] = [];
    for (const name of ["access_token", "token", "authorization", "bearer", "api_key"]) {
      for (const path of ["/mcp", "/mcp/health", "/metrics", "/other"]) {
        const response = await victim.send("GET", {}, `${path}?${name}=${token}`);
        if (path !== "/mcp/health") assert.ok(response.status >= 400, `${path} ${name}`);
        answers.push(await response.text(), JSON.stringify([...response.headers]));
      }
      const form = `${name}=${token}`;
      const type = { "content-type": "application/x-www-form-urlencoded" };
      const posted = await victim.post(form, type);
      assert.equal(posted.status, 401);
      answers.push(await posted.text());
    }
    const { stdout, stderr } = await victim.stop();
    const secret = token.slice(-43);
    for (const text of [...answers, stdout, stderr]) assert.ok(!text.includes(secret), text);
  },
);

testOnBoth("no value of a request becomes a header of its answer", async (runtime) => {
  await using victim = await startVictim(runtime);
  const injected = "x%0d%0aX-Injected: yes";
  const attacks = [
    [`Mcp-Session-Id: ${injected}`],
    ["Mcp-Session-Id: x\rX-Injected: yes"],
    [`Car-Project: /tmp/${injected}`],
    [`Car-Namespace: ${injected}`],
    [`Mcp-Protocol-Version: ${injected}`],
    [`Origin: http://127.0.0.1:${victim.port}%0d%0aX-Injected: yes`],
    [`Authorization: Bearer ${injected}`],
    ['Authorization: Bearer "\\", X-Injected="yes'],
    ["Last-Event-ID: 1\tX-Injected: yes"],
  ];
  for (const headers of attacks) {
    const answer = await victim.sendRaw(lines(PING, length(PING), ...headers));
    assert.equal(answer?.headers.get("x-injected"), undefined, String(headers));
    for (const [name, value] of answer?.headers ?? []) {
      assert.doesNotMatch(value, /injected/i, `${name} after ${headers}`);
    }
  }
});
