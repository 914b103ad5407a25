import assert from "node:assert/strict";
import { inspect } from "node:util";
import { z } from "zod";
import { defineTool } from "../../src/app.ts";
import { AUDIENCE, encoded, goodClaims, issuerKey, keySetOf } from "../helpers/fake_issuer.ts";
import { bearer, guardedApp } from "../helpers/guarded_app.ts";
import { type JwtApp, jwtApp } from "../helpers/jwt_app.ts";
import { jsonAnswer } from "../helpers/key_server.ts";
import { mounted } from "../helpers/mounted.ts";
import { postModern } from "../helpers/modern_client.ts";
import { serveScript } from "../helpers/scripted_server.ts";
import { call, resultOf, rpc, testApp } from "../helpers/test_app.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";
const METADATA_URL = `https://car.example${WELL_KNOWN}/mcp`;
const WAY = `resource_metadata="${METADATA_URL}", scope="tools:call resources:read"`;
const MINUTE_MS = 60_000;
const EVERYTHING = "tools:call resources:read";

interface Answered {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: string;
}

async function answered(response: Response): Promise<Answered> {
  const challenge = response.headers.get("www-authenticate");
  return { status: response.status, challenge, body: await response.text() };
}

async function statusOf(server: JwtApp, token: string): Promise<number> {
  return (await answered(await server.post(rpc("ping"), bearer(token)))).status;
}

Deno.test("a token of the identity provider lets its owner in", async () => {
  await using server = await jwtApp();
  const headers = await server.shows(EVERYTHING);
  const { tools } = await resultOf(await server.post(rpc("tools/list"), headers));
  assert.ok(tools.length > 6);
  const added = call("memory_add_fact", { subject: "s", body: "b" });
  const result = await resultOf(await server.post(added, headers));
  assert.ok(!result.isError, JSON.stringify(result));
});

Deno.test("the challenge names the metadata and the scope mcp:170", async () => {
  await using server = await jwtApp();
  const without = await answered(await server.post(rpc("server/discover")));
  assert.deepEqual([without.status, without.challenge], [401, `Bearer ${WAY}`]);
  for (const method of ["GET", "DELETE"]) {
    const { status, challenge } = await answered(await server.send(method));
    assert.deepEqual([status, challenge], [401, `Bearer ${WAY}`]);
  }
});

Deno.test("a token that is not good is answered 401, whatever is wrong with it mcp:165", async () => {
  await using server = await jwtApp();
  const { key, sign, clock } = server;
  const now = Math.floor(clock.now() / 1_000);
  const other = await issuerKey("ES256", "first");
  const body = encoded(goodClaims(clock.now()));
  const tokens = [
    "a.b.c",
    `${await sign()}x`,
    await sign({ claims: { exp: now - 61 } }),
    await sign({ claims: { nbf: now + 61 } }),
    await sign({ claims: { iss: "https://mallory.example/" } }),
    await sign({ claims: { aud: "https://other.example/mcp" } }),
    await sign({ header: { kid: "nobody's" } }),
    await sign({}, other),
    `${encoded({ alg: "none", kid: key.kid })}.${body}.`,
    `${encoded({ alg: "HS256", kid: key.kid })}.${body}.AAAA`,
  ];
  const answers = await Promise.all(
    tokens.map(async (token) => await answered(await server.post(rpc("ping"), bearer(token)))),
  );
  for (const { status, challenge, body } of answers) {
    assert.equal(status, 401);
    assert.equal(challenge, `Bearer error="invalid_token", ${WAY}`);
    assert.equal(body, answers[0]?.body);
  }
  assert.equal(await statusOf(server, await sign()), 200);
});

Deno.test("the metadata are at both places, for everybody and any page mcp:168", async () => {
  await using server = await jwtApp({
    environment: { CAR_AUTH_ACCESS: '[{"tools":["memory_delete"],"permissions":["notes:erase"]}]' },
  });
  for (const path of [WELL_KNOWN, `${WELL_KNOWN}/mcp`, `${WELL_KNOWN}?x=1`]) {
    const response = await server.send("GET", { origin: "https://app.example" }, path);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    const { resource, authorization_servers, scopes_supported } = await response.json();
    assert.equal(resource, AUDIENCE);
    assert.deepEqual(authorization_servers, ["https://id.example/"]);
    assert.deepEqual(scopes_supported, ["tools:call", "resources:read", "notes:erase"]);
    const head = await server.send("HEAD", {}, path);
    assert.deepEqual([head.status, await head.text()], [200, ""]);
  }
  const asked = await server.send("OPTIONS", {
    origin: "https://app.example",
    "access-control-request-method": "GET",
    "access-control-request-headers": "mcp-protocol-version",
  }, WELL_KNOWN);
  assert.equal(asked.status, 204);
  assert.equal((await answered(await server.send("POST", {}, WELL_KNOWN))).status, 405);
  const rebound = await server.send("GET", { host: "mallory.example" }, WELL_KNOWN);
  assert.equal((await answered(rebound)).status, 403);
  const beside = await server.send("GET", {}, `${WELL_KNOWN}/other`);
  assert.equal((await answered(beside)).status, 404);
});

Deno.test("without an identity provider there are no metadata mcp:169", async () => {
  await using guarded = await guardedApp();
  await using open = await testApp();
  for (const server of [guarded, open]) {
    for (const path of [WELL_KNOWN, `${WELL_KNOWN}/mcp`]) {
      const nowhere = await answered(await server.send("GET", {}, "/nowhere"));
      assert.deepEqual(await answered(await server.send("GET", {}, path)), nowhere);
      assert.equal(nowhere.status, 404);
    }
  }
});

Deno.test("a token that lacks a scope is answered 403 with all that is needed mcp:171", async () => {
  await using server = await jwtApp({
    environment: {
      CAR_AUTH_ACCESS: '[{"tools":["memory_add_fact"],"permissions":["notes:write"]}]',
    },
  });
  const add = call("memory_add_fact", { subject: "s", body: "b" }, 7);
  const challengeOf = async (scope: string) => {
    const response = await server.post(add, await server.shows(scope));
    const { status, challenge, body } = await answered(response);
    assert.equal(status, 403);
    assert.equal(JSON.parse(body).id, 7);
    return challenge;
  };
  const refused = (scope: string) =>
    `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${METADATA_URL}"`;
  assert.equal(await challengeOf(""), refused("tools:call notes:write"));
  assert.equal(await challengeOf("tools:call"), refused("tools:call notes:write"));
  assert.equal(await challengeOf("notes openid"), refused("notes:write tools:call"));
  const wide = await server.shows("tools:call notes:write");
  assert.ok(!(await resultOf(await server.post(add, wide))).isError);
  const read = { uri: "car://memory/status" };
  const modern = await postModern(server, "resources/read", read, { headers: wide });
  const { status, challenge } = await answered(modern);
  assert.equal(status, 403);
  assert.equal(challenge, refused("tools:call notes:write resources:read"));
});

Deno.test("keys that are down at the start are fetched later mcp:174", async () => {
  const lines: string[] = [];
  await using server = await jwtApp({ writeLog: (line) => void lines.push(line) });
  server.keys.answer(jsonAnswer({}, 503));
  const now = Math.floor(server.clock.now() / 1_000);
  const token = await server.sign({ claims: { exp: now + 3_600, scope: EVERYTHING } });
  assert.equal(await statusOf(server, token), 401);
  assert.equal(await statusOf(server, token), 401);
  assert.equal(server.keys.asked.length, 1);
  const local = lines.filter((line) => line.includes("identity_keys_unavailable"));
  assert.equal(local.length, 1);
  assert.ok(local[0]?.includes("status 503"));
  server.keys.answer(jsonAnswer(keySetOf(server.key)));
  assert.equal(await statusOf(server, token), 401);
  server.clock.advance(MINUTE_MS);
  assert.equal(await statusOf(server, token), 200);
  const metrics = await server.send("GET", bearer(token), "/metrics");
  assert.match(await metrics.text(), /car_refused_total\{reason="unavailable"\} 3/);
});

Deno.test("a key that is rotated is fetched once for all who show tokens of it mcp:174", async () => {
  await using server = await jwtApp();
  const { keys, key, clock } = server;
  assert.equal(await statusOf(server, await server.sign()), 200);
  const second = await issuerKey("RS256", "second");
  keys.answer(jsonAnswer(keySetOf(key, second)));
  clock.advance(MINUTE_MS);
  const token = await server.sign({}, second);
  const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(server, token)));
  assert.deepEqual(new Set(statuses), new Set([200]));
  assert.equal(keys.asked.length, 2);
});

Deno.test("a flood of unknown keys leads to one fetch a minute, and keeps nobody out mcp:174", async () => {
  const lines: string[] = [];
  await using server = await jwtApp({ writeLog: (line) => void lines.push(line) });
  const { keys, clock } = server;
  const good = await server.sign();
  for (let minute = 1; minute <= 3; minute++) {
    const flood = Array.from(
      { length: 30 },
      async (_, at) =>
        await statusOf(server, await server.sign({ header: { kid: `nobody's ${at}` } })),
    );
    assert.deepEqual(new Set(await Promise.all(flood)), new Set([401]));
    assert.equal(keys.asked.length, minute);
    assert.equal(await statusOf(server, good), 200);
    clock.advance(MINUTE_MS);
  }
  // What is as it was is not told again.
  assert.equal(lines.filter((line) => line.includes("identity_keys_fetched")).length, 1);
});

Deno.test("stop() does not wait for keys that nobody sends", async () => {
  const lines: string[] = [];
  await using server = await jwtApp({
    environment: { CAR_LIMITS_SHUTDOWN_GRACE_MS: "0" },
    writeLog: (line) => void lines.push(line),
  });
  const asked = Promise.withResolvers<void>();
  server.keys.answer(() => asked.resolve());
  const waiting = server.post(rpc("ping"), bearer(await server.sign()));
  await asked.promise;
  const stopping = server.app.stop();
  server.clock.advance(0);
  await stopping;
  assert.equal((await answered(await waiting)).status, 401);
  assert.ok(lines.some((line) => line.includes("It was not waited for")));
});

Deno.test("no handler and no line of the log sees the token mcp:175", async () => {
  const lines: string[] = [];
  let seen = "";
  const looksAround = defineTool({
    name: "look_around",
    title: "Look around",
    description: "Looks at all it is given",
    input: z.object({}),
    run(_input, context) {
      seen = inspect(context, { depth: 12, showHidden: true, maxArrayLength: null });
      return { text: "done" };
    },
  });
  await using server = await jwtApp({
    tools: [looksAround],
    writeLog: (line) => void lines.push(line),
    environment: { CAR_LOG_LEVEL: "debug" },
  });
  const good = await server.sign({ claims: { scope: EVERYTHING, jti: "t-1" } });
  const bad = await server.sign({ claims: { exp: 1 } });
  const done = await resultOf(await server.post(call("look_around"), bearer(good)));
  assert.ok(!done.isError, JSON.stringify(done));
  assert.equal(await statusOf(server, bad), 401);
  assert.ok(seen.includes("jwt:alice"), "the tool knows who asks");
  const everything = `${seen}\n${lines.join("\n")}`;
  for (const part of [good, bad].flatMap((token) => token.split("."))) {
    assert.ok(!everything.includes(part), "a part of a token was seen");
  }
  assert.ok(lines.some((line) => line.includes("not_let_in")));
});

Deno.test("a session belongs to the subject, whatever token shows it", async () => {
  await using server = await jwtApp();
  const shows = async (sub: string) => bearer(await server.sign({ claims: { sub, jti: sub } }));
  const initialize = rpc("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  });
  const opened = await server.post(initialize, await shows("alice"));
  const id = opened.headers.get("mcp-session-id") ?? "";
  await opened.body?.cancel();
  const ping = async (headers: Record<string, string>) =>
    (await answered(await server.post(rpc("ping"), { ...headers, "mcp-session-id": id }))).status;
  assert.equal(await ping(await shows("bob")), 404);
  server.clock.advance(MINUTE_MS);
  assert.equal(await ping(await shows("alice")), 200);
});

Deno.test("no mounted server sees the token mcp:175", async () => {
  await using behind = await testApp();
  const seen: string[] = [];
  await using web = serveScript(async (request) => {
    const text = await request.text();
    seen.push(JSON.stringify([request.url, ...request.headers, text]));
    const headers = new Headers(request.headers);
    headers.delete("host");
    const { method } = request;
    const body = text === "" ? null : text;
    return await behind.app.fetch(new Request(behind.app.url, { method, headers, body }));
  });
  await using hub = await mounted({}, { urls: { web: web.url } });
  await using server = await jwtApp({ toolSources: [hub.mounts] });
  const token = await server.sign({ claims: { scope: EVERYTHING } });
  const asked = call("mcp_web_memory_add_fact", { subject: "a mark", body: "b" });
  assert.ok(!(await resultOf(await server.post(asked, bearer(token)))).isError);
  const everything = seen.join("\n");
  assert.ok(everything.includes("a mark"), "the call went through");
  for (const part of token.split(".")) assert.ok(!everything.includes(part));
  assert.ok(!/authorization/i.test(everything));
});
