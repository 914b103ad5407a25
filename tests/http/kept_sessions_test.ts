// Sessions that outlive their process: one server after the other over one store.

import assert from "node:assert/strict";
import type { SessionStore } from "../../src/session/ports.ts";
import type { Tool } from "../../src/tools/definition.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { createNaiveSessions } from "../helpers/naive_sessions.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import {
  assertRpcError,
  call,
  initializeRequest,
  notification,
  resultOf,
  rpc,
  type TestApp,
  testApp,
} from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };
const said = (number: number) => notification("notifications/test", { number });

/** What a server is started with; the same for the one after it. */
function shared(tools: readonly Tool[] = []) {
  const store = createNaiveSessions();
  return { sessionStore: store, clock: new FakeClock(), tools };
}

async function listen(server: TestApp, session: string, lastEventId?: string) {
  const resumed = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const response = await server.send("GET", { "mcp-session-id": session, ...resumed });
  assert.equal(response.status, 200);
  return new SseReader(response);
}

Deno.test("a kept session goes on under its id after a restart, as what it was", async () => {
  const logs = talkingTool("logs", ({ origin, log }) => {
    assert.deepEqual([origin.client?.name, origin.revision.name], ["test", "2025-06-18"]);
    assert.deepEqual(origin.capabilities, { roots: {} });
    return [origin.logging?.level, typeof log];
  });
  const parts = shared([logs]);
  let id = "";
  {
    await using server = await testApp(parts);
    const initialize = initializeRequest("2025-06-18");
    Object.assign(initialize.params as object, { capabilities: { roots: {} } });
    const opened = await server.post(initialize);
    id = opened.headers.get("mcp-session-id") ?? "";
    await opened.body?.cancel();
    await server.post(rpc("logging/setLevel", { level: "error" }), { "mcp-session-id": id });
  }
  await using server = await testApp(parts);
  const answer = await resultOf(await server.post(call("logs"), { "mcp-session-id": id }));
  assert.equal(answer.structuredContent.said[0], "error");
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_sessions_restored_total 1$/m);
});

Deno.test("what was not delivered before a restart is delivered after it", async () => {
  const parts = shared();
  let id = "";
  {
    await using server = await testApp(parts);
    ({ id } = await server.open());
    for (const number of [1, 2]) assert.ok(server.app.pushToSession(id, said(number)));
  }
  await using server = await testApp(parts);
  const stream = await listen(server, id);
  for (const number of [1, 2]) assert.deepEqual(await stream.next(), said(number));
  await stream.close();
});

Deno.test("an id from before a restart is resumed after it, without gap, double or reuse", async () => {
  const parts = shared();
  const ids: (string | undefined)[] = [];
  let id = "";
  {
    await using server = await testApp(parts);
    ({ id } = await server.open());
    const stream = await listen(server, id);
    for (const number of [1, 2, 3]) server.app.pushToSession(id, said(number));
    for (let event = 0; event < 4; event++) ids.push((await stream.nextEvent())?.id);
    await stream.close();
    server.app.pushToSession(id, said(4));
  }
  await using server = await testApp(parts);
  const stream = await listen(server, id, ids[1]);
  server.app.pushToSession(id, said(5));
  for (const number of [2, 3, 4, 5]) {
    assert.deepEqual(await stream.next(), said(number));
    if (number > 3) ids.push(stream.lastId);
  }
  assert.equal(new Set(ids).size, ids.length);
  await stream.close();
});

Deno.test("a finished call can be fetched after a restart", async () => {
  const gate = Promise.withResolvers<void>();
  const slow = talkingTool("slow", async (context) => {
    context.log("info", "begun");
    await gate.promise;
    return "done";
  });
  const parts = shared([slow]);
  let [id, seen]: (string | undefined)[] = [];
  {
    await using server = await testApp(parts);
    ({ id } = await server.open());
    const post = await server.post(call("slow", {}, 9), { "mcp-session-id": id, ...BOTH });
    const stream = new SseReader(post);
    await stream.next();
    seen = stream.lastId;
    await stream.close();
    gate.resolve();
  }
  await using server = await testApp(parts);
  const stream = await listen(server, id, seen);
  assert.equal((await stream.next()).result.structuredContent.said, "done");
  assert.equal(await stream.nextEvent(), undefined);
});

Deno.test("a call that a restart cut off is answered with an error", async () => {
  const cut = talkingTool("cut", async (context) => {
    context.log("info", "begun");
    await new Promise<void>((resolve) => {
      context.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  });
  const parts = shared([cut]);
  let [id, seen]: (string | undefined)[] = [];
  {
    const environment = { CAR_LIMITS_SHUTDOWN_GRACE_MS: "0" };
    const server = await testApp({ ...parts, environment });
    ({ id } = await server.open());
    const post = await server.post(call("cut", {}, 9), { "mcp-session-id": id, ...BOTH });
    const stream = new SseReader(post);
    await stream.next();
    seen = stream.lastId;
    const stopped = server[Symbol.asyncDispose]();
    parts.clock.advance(1_000);
    await stopped;
    await stream.close();
  }
  await using server = await testApp(parts);
  const stream = await listen(server, id, seen);
  const { id: answered, error } = await stream.next();
  assert.equal(answered, 9);
  assert.match(error.message, /restarted/);
  assert.equal(await stream.nextEvent(), undefined);
});

Deno.test("a session that ended is not kept, nor one that was idle too long", async () => {
  const parts = shared();
  const ids: string[] = [];
  {
    await using server = await testApp(parts);
    for (let at = 0; at < 2; at++) ids.push((await server.open()).id);
    await server.send("DELETE", { "mcp-session-id": ids[0] ?? "" });
    assert.equal(parts.sessionStore.count(), 1);
  }
  {
    await using server = await testApp(parts);
    for (const id of [ids[0] ?? "", "nobody"]) {
      const headers = { "mcp-session-id": id };
      await assertRpcError(await server.post(rpc("ping"), headers), 404, -32001);
    }
  }
  parts.clock.advance(3 * 1_800_000);
  await using server = await testApp(parts);
  const headers = { "mcp-session-id": ids[1] ?? "" };
  await assertRpcError(await server.post(rpc("ping"), headers), 404, -32001);
});

Deno.test("a store that fails costs a session its future, not its service", async () => {
  const failing = new Proxy({}, {
    get: () => () => {
      throw new Error("disk full");
    },
  }) as SessionStore;
  const lines: string[] = [];
  await using server = await testApp({
    sessionStore: failing,
    writeLog: (line) => lines.push(line),
  });
  const session = await server.open();
  const stream = await listen(server, session.id);
  server.app.pushToSession(session.id, said(1));
  assert.deepEqual(await stream.next(), said(1));
  await stream.close();
  assert.ok(lines.some((line) => line.includes('"where":"sessions"')), lines.join("\n"));
});

Deno.test("an erased fact is gone from what a live session may send again", async () => {
  await using server = await testApp();
  const session = await server.open();
  const fact = { id: "f", subject: "vault", body: "the code is 7791" };
  await resultOf(await session.post(call("memory_add_fact", fact)));
  const told = { text: JSON.stringify(fact) };
  server.app.pushToSession(session.id, notification("notifications/test", told));
  server.app.pushToSession(session.id, said(2));
  await resultOf(await session.post(call("memory_delete", { id: "f" })));
  const stream = await listen(server, session.id);
  assert.deepEqual(await stream.next(), said(2));
  await stream.close();
});

Deno.test("an erased fact leaves a gap that is known after a restart, too mcp:79", async () => {
  const parts = shared();
  const fact = { id: "f", subject: "vault", body: "the code is 7791" };
  let id = "";
  const seen: (string | undefined)[] = [];
  {
    await using server = await testApp(parts);
    const session = await server.open();
    id = session.id;
    await resultOf(await session.post(call("memory_add_fact", fact)));
    const stream = await listen(server, id);
    const told = notification("notifications/test", { text: fact.body });
    for (const message of [said(1), told, said(3)]) {
      server.app.pushToSession(id, message);
      await stream.next();
      seen.push(stream.lastId);
    }
    await stream.close();
    await resultOf(await session.post(call("memory_delete", { id: "f" })));
  }
  await using server = await testApp(parts);
  const resumed = (at: number) =>
    server.send("GET", { "mcp-session-id": id, "last-event-id": seen[at] ?? "" });
  assert.equal((await resumed(0)).status, 400);
  const stream = new SseReader(await resumed(1));
  assert.deepEqual(await stream.next(), said(3));
  await stream.close();
});

Deno.test("a kept session is told of what it had subscribed to before a restart", async () => {
  const parts = shared();
  const uri = "car://memory/fact/a";
  let id = "";
  {
    await using server = await testApp(parts);
    const session = await server.open();
    id = session.id;
    for (const each of [uri, "test://taken-back"]) {
      await resultOf(await session.post(rpc("resources/subscribe", { uri: each })));
    }
    await resultOf(await session.post(rpc("resources/unsubscribe", { uri: "test://taken-back" })));
  }
  await using server = await testApp(parts);
  const stream = await listen(server, id);
  server.app.publishChange({ kind: "resource", uri: "test://taken-back" });
  await resultOf(await server.post(call("memory_add_fact", { id: "a", subject: "s", body: "b" })));
  const told = [await stream.next(), await stream.next()].map(({ method, params }) =>
    params?.uri ?? method
  );
  assert.deepEqual(told.toSorted(), [uri, "notifications/resources/list_changed"]);
  await stream.close();
});
