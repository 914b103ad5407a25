// A question of the server that waits, answered by a posted response (row 50).

import assert from "node:assert/strict";
import { Deadlines } from "../../src/base/deadlines.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { handlePost } from "../../src/http/post.ts";
import { StreamSet } from "../../src/http/sse.ts";
import { NEWEST_REVISION } from "../../src/protocol/revisions.ts";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import { SessionMap } from "../../src/session/session_map.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("a posted response reaches the question that waits, once, from its own session only mcp:50 mcp:51", async () => {
  const clock = new FakeClock();
  const limits = limitsWith();
  const deadlines = new Deadlines({ clock });
  const dispatcher = new Dispatcher(new Map(), () => {});
  const streams = new StreamSet({ clock, keepAliveMs: 1_000, bufferBytesMax: 1_000 });
  const sessions = new SessionMap({
    dispatcher,
    deadlines,
    limits,
    clock,
    idleMs: 60_000,
    onDrop: () => {},
    observer: { opened: () => {}, ended: () => {} },
  });
  const parts = { dispatcher, sessions, streams, deadlines, limits, requireSession: false };
  const handshake = { revision: NEWEST_REVISION, client: undefined, capabilities: {} };
  const asking = sessions.open(LOCAL_PRINCIPAL, handshake);
  const other = sessions.open(LOCAL_PRINCIPAL, handshake);
  assert.ok(asking && other);
  asking.markInitialized();
  const answer = (sessionId: string, result: unknown) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, result });
    const request = new Request("http://localhost/mcp", { method: "POST", body });
    const session = { kind: "id" as const, id: sessionId };
    const version = null;
    const caller = { principal: LOCAL_PRINCIPAL, session, version, namespace: undefined };
    request.headers.delete("content-type");
    return handlePost(request, caller, parts);
  };
  const asked = asking.peer.request("roots/list");
  assert.equal((await answer(other.id, "from another session")).status, 202);
  assert.equal((await answer(asking.id, "the answer")).status, 202);
  assert.equal((await answer(asking.id, "once more")).status, 202);
  assert.equal(await asked, "the answer");
  sessions.close();
  deadlines.close();
});
