import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { revokeToken } from "../../src/token_care.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { bearer, guardedApp } from "../helpers/guarded_app.ts";
import { MODERN, postModern } from "../helpers/modern_client.ts";
import { call, initializeRequest, rpc, testApp } from "../helpers/test_app.ts";

async function assertUnauthorized(response: Response): Promise<void> {
  assert.equal(response.status, 401);
  assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
  const { error, ...rest } = await response.json();
  assert.deepEqual(rest, { jsonrpc: "2.0", id: null });
  assert.deepEqual(Object.keys(error), ["code", "message"]);
}

Deno.test("createHttpHandler() answers 401 to every method without a token mcp:164", async () => {
  await using server = await guardedApp();
  await assertUnauthorized(await server.post(initializeRequest("2025-11-25")));
  await assertUnauthorized(await server.post(call("verify")));
  await assertUnauthorized(await server.post("{not json"));
  await assertUnauthorized(await server.post([rpc("ping")]));
  await assertUnauthorized(await server.send("GET"));
  await assertUnauthorized(await server.send("DELETE"));
  await assertUnauthorized(await server.send("GET", {}, "/metrics"));
  await assertUnauthorized(
    await server.post(rpc("server/discover"), {
      "mcp-protocol-version": MODERN,
      "mcp-method": "server/discover",
    }),
  );
});

Deno.test("createHttpHandler() names no error to whoever shows no token mcp:164", async () => {
  await using server = await guardedApp();
  const response = await server.post(rpc("ping"));
  assert.equal(response.headers.get("www-authenticate"), "Bearer");
  await response.body?.cancel();
});

Deno.test("createHttpHandler() answers 401 invalid_token to a token that is none mcp:165", async () => {
  await using server = await guardedApp();
  const { token } = server.give("ann");
  const wrong = [
    `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`,
    token.replace(/_[0-9a-f]{12}_/, "_000000000000_"),
    "car_",
    "x",
    "a.b.c",
  ];
  for (const each of wrong) {
    const response = await server.post(rpc("ping"), bearer(each));
    assert.equal(response.headers.get("www-authenticate"), 'Bearer error="invalid_token"', each);
    await assertUnauthorized(response);
  }
});

Deno.test("createHttpHandler() takes no token from the query mcp:166", async () => {
  await using server = await guardedApp();
  const { token } = server.give("ann");
  for (const name of ["access_token", "token", "authorization"]) {
    const path = `/mcp?${name}=${token}`;
    await assertUnauthorized(await server.send("GET", { accept: "text/event-stream" }, path));
  }
});

Deno.test("readBearer() takes the scheme in any case, one token, and no other scheme mcp:167", async () => {
  await using server = await guardedApp();
  const { token } = server.give("ann");
  for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR"]) {
    const response = await server.post(rpc("ping"), { authorization: `${scheme} ${token}` });
    assert.equal(response.status, 200, scheme);
    await response.body?.cancel();
  }
  const refused = [
    `Bearer ${token}, Bearer ${token}`,
    `Bearer ${token} ${token}`,
    `Basic ${btoa(`ann:${token}`)}`,
    `Bearer${token}`,
    "Bearer",
    token,
    `Bearer ${"a".repeat(10_000)}`,
  ];
  for (const authorization of refused) {
    await assertUnauthorized(await server.post(rpc("ping"), { authorization }));
  }
});

Deno.test("createHttpHandler() has no metadata for static tokens mcp:169", async () => {
  await using server = await guardedApp();
  const paths = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
  ];
  for (const path of paths) {
    const response = await server.send("GET", {}, path);
    assert.equal(response.status, 404);
    assert.equal(response.headers.get("www-authenticate"), null);
    await response.body?.cancel();
  }
});

Deno.test("createHttpHandler() tells strangers of its health the status alone", async () => {
  await using server = await guardedApp();
  const { token } = server.give("ann");
  const strange = await server.send("GET", {}, "/mcp/health");
  assert.deepEqual(await strange.json(), { status: "ok" });
  const known = await server.send("GET", bearer(token), "/mcp/health");
  const { status, server_name } = await known.json();
  assert.deepEqual({ status, server_name }, { status: "ok", server_name: "car-mcp" });
});

Deno.test("createHttpHandler() lets the user of this machine in by the installation's token", async () => {
  await using server = await guardedApp();
  const token = readFileSync(join(server.home, "mcp", "local.token"), "utf8").trim();
  const response = await server.post(call("memory_query", { query: "x" }), bearer(token));
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("start() asks nobody who he is where nothing is configured", async () => {
  await using server = await testApp({ authenticates: true });
  const response = await server.post(rpc("ping"));
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("StaticTokens refuses a revoked token on the next request, and its session mcp:176", async () => {
  await using server = await guardedApp();
  const first = server.give("ann");
  const second = server.give("ann");
  const opened = await server.post(initializeRequest("2025-11-25"), bearer(first.token));
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
  await opened.body?.cancel();
  const ping = await server.post(rpc("ping"), { ...session, ...bearer(first.token) });
  assert.equal(ping.status, 200);
  await ping.body?.cancel();
  revokeToken(server.config, first.id);
  await assertUnauthorized(await server.post(rpc("ping"), { ...session, ...bearer(first.token) }));
  const other = await server.post(rpc("ping"), { ...session, ...bearer(second.token) });
  assert.equal(other.status, 404);
  await other.body?.cancel();
});

Deno.test("SessionMap goes on with the session of an expired token under the next one", async () => {
  const clock = new FakeClock();
  await using server = await guardedApp({ clock });
  const first = server.give("ann", { expiresMs: clock.now() + 60_000 });
  const second = server.give("ann");
  const opened = await server.post(initializeRequest("2025-11-25"), bearer(first.token));
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
  await opened.body?.cancel();
  clock.advance(60_000);
  await assertUnauthorized(await server.post(rpc("ping"), { ...session, ...bearer(first.token) }));
  const other = await server.post(rpc("ping"), { ...session, ...bearer(second.token) });
  assert.equal(other.status, 200);
  await other.body?.cancel();
});

Deno.test("SessionMap hides a session from another principal mcp:57", async () => {
  await using server = await guardedApp();
  const ann = server.give("ann");
  const bob = server.give("bob");
  const opened = await server.post(initializeRequest("2025-11-25"), bearer(ann.token));
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
  await opened.body?.cancel();
  const asBob = { ...session, ...bearer(bob.token) };
  const answers = [
    await server.post(rpc("ping"), asBob),
    await server.send("GET", { accept: "text/event-stream", ...asBob }),
    await server.send("DELETE", asBob),
  ];
  for (const answer of answers) {
    assert.equal(answer.status, 404);
    await answer.body?.cancel();
  }
  const still = await server.post(rpc("ping"), { ...session, ...bearer(ann.token) });
  assert.equal(still.status, 200);
  await still.body?.cancel();
});

Deno.test("watchCredentials() ends what a revoked token listens to mcp:176", async () => {
  const clock = new FakeClock();
  await using server = await guardedApp({ clock });
  const ann = server.give("ann");
  const opened = await server.post(initializeRequest("2025-11-25"), bearer(ann.token));
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
  await opened.body?.cancel();
  const stream = await server.send("GET", {
    accept: "text/event-stream",
    ...session,
    ...bearer(ann.token),
  });
  const listening = await postModern(
    server,
    "subscriptions/listen",
    { notifications: { toolsListChanged: true } },
    { headers: bearer(ann.token) },
  );
  assert.equal(stream.status, 200);
  assert.equal(listening.status, 200);
  const ended = Promise.all([stream.text(), listening.text()]);
  revokeToken(server.config, ann.id);
  clock.advance(5_000);
  const [, heard] = await ended;
  assert.match(heard, /subscriptions\/acknowledged/);
});

Deno.test("Listeners go on while the token of their owner is good", async () => {
  const clock = new FakeClock();
  await using server = await guardedApp({ clock });
  const { token } = server.give("ann");
  const opened = await server.post(initializeRequest("2025-11-25"), bearer(token));
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
  await opened.body?.cancel();
  clock.advance(20_000);
  const ping = await server.post(rpc("ping"), { ...session, ...bearer(token) });
  assert.equal(ping.status, 200);
  await ping.body?.cancel();
});

Deno.test("createHttpHandler() repeats no token in a log mcp:175", async () => {
  const lines: string[] = [];
  await using server = await guardedApp({
    environment: { CAR_LOG_LEVEL: "debug" },
    writeLog: (line) => lines.push(line),
  });
  const { token } = server.give("ann");
  for (const each of [token, `${token}x`, "car_secret"]) {
    const answer = await server.post(call("memory_query", { query: "x" }), bearer(each));
    await answer.body?.cancel();
  }
  assert.ok(lines.some((line) => line.includes("not_let_in")));
  // The random part may hold the sign that parts it from the rest.
  const secret = token.slice(-43);
  assert.ok(!lines.some((line) => line.includes(secret) || line.includes("car_secret")));
});
