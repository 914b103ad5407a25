// How many requests a second are taken, of whom and from where, and what happens to the others.

import assert from "node:assert/strict";
import { FakeClock } from "../helpers/fake_clock.ts";
import { bearer, type GuardedApp, guardedApp } from "../helpers/guarded_app.ts";
import { postModern } from "../helpers/modern_client.ts";
import { assertRpcError, clientOf, rpc, testApp } from "../helpers/test_app.ts";

const ADDRESS = "192.0.2.1";

/** Requests that come from an address. */
function from(address: string, { app }: Pick<GuardedApp, "app">) {
  return clientOf((request) => app.fetch(request, address), app.url);
}

async function assertTooMany(response: Response, retryAfter: string, message: string) {
  assert.equal(response.headers.get("retry-after"), retryAfter);
  const { error, id } = await assertRpcError(response, 429, -32000);
  assert.deepEqual({ message: error.message, id }, { message, id: null });
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.body?.cancel();
  return response.status;
}

/** A server that takes one request a second of each principal, five of them at once. */
async function slowedApp(environment: Record<string, string> = {}) {
  const clock = new FakeClock();
  const server = await guardedApp({
    clock,
    environment: { CAR_LIMITS_PRINCIPAL_REQUESTS_PER_SECOND: "1", ...environment },
  });
  const ann = bearer(server.give("ann").token);
  const spend = async () => {
    for (let each = 0; each < 5; each++) {
      assert.equal(await statusOf(server.post(rpc("ping"), ann)), 200);
    }
  };
  return { server, clock, ann, spend };
}

const OF_PRINCIPAL = "Too many requests of this principal";
const FROM_ADDRESS = "Too many requests from this address";
const WRONG_TOKENS = "Too many wrong tokens from this address";

Deno.test("Rates answers 429 beyond the rate of a principal, until it has waited", async () => {
  const { server, clock, ann, spend } = await slowedApp();
  await using _server = server;
  await spend();
  await assertTooMany(await server.post(rpc("ping"), ann), "1", OF_PRINCIPAL);
  clock.advance(999);
  assert.equal(await statusOf(server.post(rpc("ping"), ann)), 429);
  clock.advance(1);
  assert.equal(await statusOf(server.post(rpc("ping"), ann)), 200);
  assert.equal(await statusOf(server.post(rpc("ping"), ann)), 429);
});

Deno.test("Rates refuses GET, DELETE and stateless requests alike", async () => {
  const { server, ann, spend } = await slowedApp();
  await using _server = server;
  await spend();
  const answers = [
    await server.send("GET", { accept: "text/event-stream", ...ann }),
    await server.send("DELETE", { "mcp-session-id": "x", ...ann }),
    await postModern(server, "server/discover", {}, { headers: ann }),
    await server.post("{not json", ann),
  ];
  for (const answer of answers) await assertTooMany(answer, "1", OF_PRINCIPAL);
});

Deno.test("Rates slows nobody else, and no other token of theirs", async () => {
  const { server, spend } = await slowedApp();
  await using _server = server;
  await spend();
  const bob = bearer(server.give("bob").token);
  assert.equal(await statusOf(server.post(rpc("ping"), bob)), 200);
  // Another token of the same principal is no way around.
  const again = bearer(server.give("ann").token);
  assert.equal(await statusOf(server.post(rpc("ping"), again)), 429);
});

Deno.test("Rates counts the messages of a batch", async () => {
  const { server, clock, ann } = await slowedApp();
  await using _server = server;
  const version = { "mcp-protocol-version": "2025-03-26", ...ann };
  const batch = (size: number) => Array.from({ length: size }, (_, id) => rpc("ping", {}, id));
  assert.equal(await statusOf(server.post(batch(5), version)), 200);
  assert.equal(await statusOf(server.post(batch(1), version)), 429);
  clock.advance(1_000);
  // There is one token, and a batch is not cut in two: it is paid for later.
  assert.equal(await statusOf(server.post(batch(4), version)), 200);
  await assertTooMany(await server.post(batch(1), version), "4", OF_PRINCIPAL);
});

Deno.test("Rates answers 429 beyond the rate of an address, before it is known who asks", async () => {
  const { server, clock, ann } = await slowedApp({
    CAR_LIMITS_ADDRESS_REQUESTS_PER_SECOND: "2",
    CAR_LIMITS_PRINCIPAL_REQUESTS_PER_SECOND: "1000",
  });
  await using _server = server;
  const here = from(ADDRESS, server);
  for (let each = 0; each < 10; each++) assert.equal(await statusOf(here.post(rpc("ping"))), 401);
  await assertTooMany(await here.post(rpc("ping"), ann), "1", FROM_ADDRESS);
  await assertTooMany(await here.send("GET", {}, "/mcp/health"), "1", FROM_ADDRESS);
  await assertTooMany(await here.send("GET", ann, "/metrics"), "1", FROM_ADDRESS);
  assert.equal(await statusOf(from("192.0.2.2", server).post(rpc("ping"), ann)), 200);
  assert.equal(await statusOf(from(`::ffff:${ADDRESS}`, server).post(rpc("ping"), ann)), 429);
  clock.advance(500);
  assert.equal(await statusOf(here.post(rpc("ping"), ann)), 200);
});

Deno.test("authenticate() looks at no new token from an address that showed too many wrong ones", async () => {
  const { server, clock, ann } = await slowedApp({
    CAR_LIMITS_ADDRESS_FAILURES_PER_MINUTE: "3",
    CAR_LIMITS_PRINCIPAL_REQUESTS_PER_SECOND: "1000",
  });
  await using _server = server;
  const here = from(ADDRESS, server);
  const bob = bearer(server.give("bob").token);
  assert.equal(await statusOf(from("192.0.2.2", server).post(rpc("ping"), ann)), 200);
  for (let each = 0; each < 3; each++) {
    assert.equal(await statusOf(here.post(rpc("ping"), bearer(`guess${each}`))), 401);
  }
  await assertTooMany(await here.post(rpc("ping"), bearer("guess")), "20", WRONG_TOKENS);
  // A right one that nobody has seen yet is in the same place as a guess.
  await assertTooMany(await here.post(rpc("ping"), bob), "20", WRONG_TOKENS);
  // One that was let in before is not locked out by its neighbours.
  assert.equal(await statusOf(here.post(rpc("ping"), ann)), 200);
  // Who shows nothing is told what to show.
  assert.equal(await statusOf(here.post(rpc("ping"))), 401);
  assert.equal(await statusOf(from("192.0.2.2", server).post(rpc("ping"), bob)), 200);
  clock.advance(20_000);
  assert.equal(await statusOf(here.post(rpc("ping"), bearer("guess"))), 401);
  assert.equal(await statusOf(here.post(rpc("ping"), bearer("guess"))), 429);
});

Deno.test("Rates are not kept on a loopback address without authentication", async () => {
  const environment = {
    CAR_LIMITS_PRINCIPAL_REQUESTS_PER_SECOND: "1",
    CAR_LIMITS_ADDRESS_REQUESTS_PER_SECOND: "1",
  };
  await using server = await testApp({ clock: new FakeClock(), environment });
  const here = from(ADDRESS, server);
  for (let each = 0; each < 100; each++) assert.equal(await statusOf(here.post(rpc("ping"))), 200);
});

Deno.test("Rates are kept by address where strangers come without a token", async () => {
  const environment = {
    CAR_HTTP_BIND: "0.0.0.0:0",
    CAR_AUTH_ALLOW_UNAUTHENTICATED: "true",
    CAR_HTTP_ALLOWED_HOSTS: "0.0.0.0",
    CAR_LIMITS_ADDRESS_REQUESTS_PER_SECOND: "1",
  };
  await using server = await testApp({ clock: new FakeClock(), environment });
  const here = from(ADDRESS, server);
  for (let each = 0; each < 5; each++) assert.equal(await statusOf(here.post(rpc("ping"))), 200);
  await assertTooMany(await here.post(rpc("ping")), "1", FROM_ADDRESS);
  assert.equal(await statusOf(from("192.0.2.2", server).post(rpc("ping"))), 200);
});

Deno.test("createMetrics() counts what was refused by limit", async () => {
  const { server, clock, ann, spend } = await slowedApp({
    CAR_LIMITS_ADDRESS_FAILURES_PER_MINUTE: "1",
    CAR_LIMITS_ADDRESS_REQUESTS_PER_SECOND: "1",
  });
  await using _server = server;
  await spend();
  assert.equal(await statusOf(server.post(rpc("ping"), ann)), 429);
  const here = from(ADDRESS, server);
  for (const expected of [401, 429, 429, 429, 429, 429]) {
    assert.equal(await statusOf(here.post(rpc("ping"), bearer("guess"))), expected);
  }
  clock.advance(60_000);
  const metrics = await (await server.send("GET", ann, "/metrics")).text();
  const counted = metrics.split("\n").filter((line) => line.startsWith("car_limits_met_total"));
  assert.deepEqual(counted.toSorted(), [
    'car_limits_met_total{limit="addressFailuresPerMinute"} 4',
    'car_limits_met_total{limit="addressRequestsPerSecond"} 1',
    'car_limits_met_total{limit="principalRequestsPerSecond"} 1',
  ]);
});
