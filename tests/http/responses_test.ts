// A question of the server that waits, answered by a posted response (row 50), and
// a handshake that fails.

import assert from "node:assert/strict";
import { Deadlines } from "../../src/base/deadlines.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { BodyBudget } from "../../src/http/body_budget.ts";
import type { SessionIdReading } from "../../src/http/guards/session_id.ts";
import { readAccept } from "../../src/http/guards/media_types.ts";
import { InFlight } from "../../src/http/in_flight.ts";
import { STANDARD_PROFILE } from "../../src/protocol/profile.ts";
import { handlePost } from "../../src/http/post.ts";
import { StreamSet } from "../../src/http/sse.ts";
import { NEWEST_LEGACY_REVISION } from "../../src/protocol/revisions.ts";
import { Dispatcher, type MethodHandler } from "../../src/rpc/dispatcher.ts";
import { SessionMap } from "../../src/session/session_map.ts";
import { builtRounds } from "../helpers/built_rounds.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function build(methods: Record<string, MethodHandler> = {}) {
  const clock = new FakeClock();
  const limits = limitsWith();
  const deadlines = new Deadlines({ clock });
  const dispatcher = new Dispatcher(new Map(Object.entries(methods)), () => {});
  const streams = new StreamSet({
    clock,
    keepAliveMs: 1_000,
    bufferBytesMax: 1_000,
    shares: undefined,
  });
  const sessions = new SessionMap({
    dispatcher,
    deadlines,
    limits,
    clock,
    idleMs: 60_000,
    onDrop: () => {},
    onStoreFault: () => {},
    observer: { opened: () => {}, restored: () => {}, ended: () => {} },
  });
  const budget = new BodyBudget(1_000_000);
  const parts = {
    dispatcher,
    modern: { dispatcher, rounds: builtRounds(clock), complaintAboutArguments: () => undefined },
    gate: undefined,
    rates: undefined,
    shares: undefined,
    missingPermissions: () => [],
    sessions,
    streams,
    deadlines,
    patience: deadlines,
    openAfterMs: 1_000,
    limits,
    budget,
    inFlight: new InFlight(1),
    requireSession: false,
    takesClientTools: false,
    profile: STANDARD_PROFILE,
    isLoopback: true,
    onUnexpectedResponse: () => {},
  };
  const post = (body: unknown, session: SessionIdReading) => {
    const request = new Request("http://localhost/mcp", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const caller = {
      principal: LOCAL_PRINCIPAL,
      session,
      version: null,
      place: {},
      accept: readAccept(null),
      lastEventId: null,
    };
    return handlePost(request, caller, parts);
  };
  return {
    post,
    sessions,
    [Symbol.dispose]() {
      sessions.close();
      deadlines.close();
    },
  };
}

Deno.test("a posted response reaches the question that waits, once, from its own session only mcp:50 mcp:51", async () => {
  using server = build();
  const handshake = { revision: NEWEST_LEGACY_REVISION, client: undefined, capabilities: {} };
  const asking = server.sessions.open(LOCAL_PRINCIPAL, handshake);
  const other = server.sessions.open(LOCAL_PRINCIPAL, handshake);
  assert.ok(asking && other);
  asking.markInitialized();
  const answer = (id: string, result: unknown) =>
    server.post({ jsonrpc: "2.0", id: 1, result }, { kind: "id", id });
  const asked = asking.peer.request("roots/list");
  assert.equal((await answer(other.id, "from another session")).status, 202);
  assert.equal((await answer(asking.id, "the answer")).status, 202);
  assert.equal((await answer(asking.id, "once more")).status, 202);
  assert.equal(await asked, "the answer");
});

Deno.test("an initialize that fails leaves no session behind mcp:37", async () => {
  using server = build({
    initialize: () => {
      throw new Error("fault");
    },
  });
  const request = { jsonrpc: "2.0", id: 1, method: "initialize", params: {} };
  const response = await server.post(request, { kind: "none" });
  assert.equal((await response.json()).error.code, -32603);
  assert.equal(response.headers.get("mcp-session-id"), null);
  assert.equal(server.sessions.size, 0);
});
