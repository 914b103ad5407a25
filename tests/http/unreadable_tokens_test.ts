// While nobody can tell whose a token is, nobody is let in by one; and nothing is taken from its owner.

import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { RECHECK_MS } from "../../src/auth/credential_watch.ts";
import { homePaths } from "../../src/storage/home.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { bearer, guardedApp } from "../helpers/guarded_app.ts";
import { clientOf, initializeRequest, rpc } from "../helpers/test_app.ts";

Deno.test("StaticTokens lets nobody in while its file cannot be read, and ends no session", async () => {
  const clock = new FakeClock(Date.now());
  await using server = await guardedApp({
    clock,
    environment: { CAR_LIMITS_ADDRESS_FAILURES_PER_MINUTE: "2" },
  });
  const { tokens: path } = homePaths(server.home);
  const { token } = server.give("ann");
  const opened = await server.post(initializeRequest("2025-11-25"), bearer(token));
  const session = opened.headers.get("mcp-session-id") ?? "";
  await opened.body?.cancel();
  const { post } = clientOf((request) => server.app.fetch(request, "192.0.2.1"), server.app.url);
  const statusOf = async (shown: string, headers: Record<string, string> = {}) => {
    const response = await post(rpc("ping"), { ...bearer(shown), ...headers });
    await response.body?.cancel();
    return response.status;
  };
  const inSession = () => statusOf(token, { "mcp-session-id": session });
  assert.equal(await inSession(), 200);
  const unseen = server.give("bob").token;

  chmodSync(path, 0o644);
  // It is no fault of who shows it, so it is not counted as a guess.
  for (let time = 0; time < 5; time++) assert.equal(await statusOf(unseen), 401);
  assert.equal(await inSession(), 401);
  clock.advance(2 * RECHECK_MS);
  chmodSync(path, 0o600);
  assert.equal(await inSession(), 200);
  assert.equal(await statusOf(unseen), 200);
});

Deno.test("a wrong token is told no more of the health than none", async () => {
  await using server = await guardedApp();
  const { token } = server.give("ann");
  const wrong = token.replace(/_[0-9a-f]{12}_/, "_000000000000_");
  const response = await server.send("GET", bearer(wrong), "/mcp/health");
  assert.deepEqual(await response.json(), { status: "ok" });
});
