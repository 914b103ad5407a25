// What sessions are told of changes of lists and of resources they subscribed to.

import assert from "node:assert/strict";
import { PAUSE_MS } from "../../src/rpc/changes.ts";
import { defineResourceTemplate } from "../../src/tools/resource.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import {
  assertRpcError,
  initializeRequest,
  notification,
  resultOf,
  rpc,
  type TestApp,
  testApp,
  type TestSession,
} from "../helpers/test_app.ts";

const LONG_MS = PAUSE_MS + 1_000;
const THING = defineResourceTemplate({
  uriTemplate: "test://thing/{name}",
  name: "thing",
  read: ({ name }) => name,
});

const subscribe = (session: TestSession, uri: unknown, headers = {}) =>
  session.post(rpc("resources/subscribe", { uri }), headers);
const unsubscribe = (session: TestSession, uri: unknown, headers = {}) =>
  session.post(rpc("resources/unsubscribe", { uri }), headers);

async function listen(
  server: TestApp,
  { id }: Pick<TestSession, "id">,
  headers: Record<string, string> = {},
): Promise<SseReader> {
  const all = { accept: "text/event-stream", "mcp-session-id": id, ...headers };
  const response = await server.send("GET", all);
  assert.equal(response.status, 200);
  return new SseReader(response);
}

/** Says what ends a stretch of messages. */
function mark(server: TestApp, { id }: Pick<TestSession, "id">): void {
  assert.equal(server.app.pushToSession(id, notification("mark")), true);
}

/** The messages up to the mark: the method of each, or the URI of a resource. */
async function untilMark(stream: SseReader): Promise<readonly string[]> {
  const told: string[] = [];
  for (;;) {
    const { method, params } = await stream.next();
    if (method === "mark") return told;
    told.push(params?.uri ?? method);
  }
}

Deno.test("a session is told of the resources it subscribed to, until it takes that back", async () => {
  await using server = await testApp({ resources: [THING] });
  const session = await server.open();
  const stream = await listen(server, session);
  const change = (name: string) =>
    server.app.publishChange({ kind: "resource", uri: `test://thing/${name}` });
  assert.deepEqual(await resultOf(await subscribe(session, "test://thing/a")), {});
  assert.deepEqual(await resultOf(await subscribe(session, "test://thing/a")), {});
  assert.deepEqual(await resultOf(await subscribe(session, "test://else/later")), {});
  change("a");
  change("b");
  server.app.publishChange({ kind: "resource", uri: "test://else/later" });
  mark(server, session);
  assert.deepEqual(await untilMark(stream), ["test://thing/a", "test://else/later"]);
  assert.deepEqual(await resultOf(await unsubscribe(session, "test://thing/a")), {});
  assert.deepEqual(await resultOf(await unsubscribe(session, "test://never")), {});
  change("a");
  mark(server, session);
  assert.deepEqual(await untilMark(stream), []);
  await stream.close();
});

Deno.test("a resource is told in the form of its URI that was subscribed to", async () => {
  await using server = await testApp({ resources: [THING] });
  const session = await server.open();
  const stream = await listen(server, session);
  await resultOf(await subscribe(session, "test://thing/a/b"));
  server.app.publishChange({ kind: "resource", uri: "test://thing/a%2Fb" });
  mark(server, session);
  assert.deepEqual(await untilMark(stream), ["test://thing/a/b"]);
  await stream.close();
});

Deno.test("a subscription is one to the namespace of its request", async () => {
  await using server = await testApp({ resources: [THING] });
  const session = await server.open();
  const stream = await listen(server, session);
  await resultOf(await subscribe(session, "test://thing/a", { "car-namespace": "team" }));
  const change = (namespace: string) =>
    server.app.publishChange({
      kind: "resource",
      uri: "test://thing/a",
      audience: { namespace },
    });
  change("default");
  mark(server, session);
  assert.deepEqual(await untilMark(stream), []);
  change("team");
  mark(server, session);
  assert.deepEqual(await untilMark(stream), ["test://thing/a"]);
  await assertRpcError(
    await subscribe(session, "test://thing/a", { "car-namespace": "no good" }),
    200,
    -32602,
  );
  await stream.close();
});

Deno.test("a session that listens is told that lists have changed, in its namespace", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock });
  const session = await server.open();
  const stream = await listen(server, session, { "car-namespace": "team" });
  for (const kind of ["tools", "prompts", "resources"] as const) server.app.publishChange({ kind });
  mark(server, session);
  assert.deepEqual(await untilMark(stream), [
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
  ]);
  clock.advance(LONG_MS);
  const change = (namespace: string) =>
    server.app.publishChange({ kind: "resources", audience: { namespace } });
  change("default");
  for (let times = 0; times < 1_000; times++) change("team");
  clock.advance(LONG_MS);
  mark(server, session);
  assert.deepEqual(await untilMark(stream), [
    "notifications/resources/list_changed",
    "notifications/resources/list_changed",
  ]);
  await stream.close();
});

Deno.test("what changes while nobody listens is told once, when somebody does", async () => {
  const clock = new FakeClock();
  await using server = await testApp({ clock, resources: [THING] });
  const session = await server.open();
  await (await listen(server, session)).close();
  await resultOf(await subscribe(session, "test://thing/a"));
  for (let times = 0; times < 3; times++) {
    server.app.publishChange({ kind: "resources" });
    server.app.publishChange({ kind: "resource", uri: "test://thing/a" });
    clock.advance(LONG_MS);
  }
  const stream = await listen(server, session);
  mark(server, session);
  assert.deepEqual(await untilMark(stream), [
    "notifications/resources/list_changed",
    "test://thing/a",
  ]);
  await stream.close();
});

Deno.test("nothing is told before the client said initialized", async () => {
  await using server = await testApp();
  const response = await server.post(initializeRequest("2025-11-25"));
  const id = response.headers.get("mcp-session-id");
  assert.ok(id);
  await response.body?.cancel();
  const stream = await listen(server, { id });
  server.app.publishChange({ kind: "tools" });
  mark(server, { id });
  assert.deepEqual(await untilMark(stream), []);
  const accepted = await server.post(notification("notifications/initialized"), {
    "mcp-session-id": id,
  });
  await accepted.body?.cancel();
  mark(server, { id });
  assert.deepEqual(await untilMark(stream), ["notifications/tools/list_changed"]);
  await stream.close();
});

Deno.test("resources/subscribe is refused without a session, without a URI, and beyond its bound", async () => {
  await using server = await testApp({
    environment: { CAR_LIMITS_RESOURCE_SUBSCRIPTIONS_MAX: "2" },
  });
  const session = await server.open();
  const sessionless = rpc("resources/subscribe", { uri: "test://1" });
  await assertRpcError(await server.post(sessionless), 200, -32000);
  for (const uri of [undefined, 7, null]) {
    await assertRpcError(await subscribe(session, uri), 200, -32602);
    await assertRpcError(await unsubscribe(session, uri), 200, -32602);
  }
  for (const uri of ["test://1", "test://2", "test://2"]) {
    await resultOf(await subscribe(session, uri));
  }
  const { error } = await assertRpcError(await subscribe(session, "test://3"), 200, -32000);
  assert.match(error.message, /at most 2/);
  await resultOf(await unsubscribe(session, "test://1"));
  await resultOf(await subscribe(session, "test://3"));
});

Deno.test("resources/subscribe is refused beyond the bound of all sessions", async () => {
  await using server = await testApp({
    environment: { CAR_LIMITS_PROCESS_SUBSCRIPTIONS_MAX: "1" },
  });
  const [one, other] = [await server.open(), await server.open()];
  await resultOf(await subscribe(one, "test://1"));
  const { error } = await assertRpcError(await subscribe(other, "test://2"), 200, -32000);
  assert.match(error.message, /of all clients together/);
  await resultOf(await unsubscribe(one, "test://1"));
  await resultOf(await subscribe(other, "test://2"));
});

Deno.test("a session that ended is told nothing more", async () => {
  await using server = await testApp({ resources: [THING] });
  const [ended, other] = [await server.open(), await server.open()];
  const [lost, stream] = [await listen(server, ended), await listen(server, other)];
  for (const session of [ended, other]) await subscribe(session, "test://thing/a");
  await server.send("DELETE", { "mcp-session-id": ended.id });
  server.app.publishChange({ kind: "resource", uri: "test://thing/a" });
  mark(server, other);
  assert.deepEqual(await untilMark(stream), ["test://thing/a"]);
  assert.deepEqual(await lost.rest(), []);
  await stream.close();
});
