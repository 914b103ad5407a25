// `subscriptions/listen`: who is told of what, and how it ends.

import assert from "node:assert/strict";
import { PAUSE_MS } from "../../src/rpc/changes.ts";
import { changingTools } from "../helpers/changing_tools.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { type ModernRequestOptions, postModern } from "../helpers/modern_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { assertRpcError, type TestApp, testApp } from "../helpers/test_app.ts";

const ID_KEY = "io.modelcontextprotocol/subscriptionId";
const EVERYTHING = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourcesListChanged: true,
  resourceSubscriptions: ["car://memory/fact/a"],
};

/** A server whose tools can be changed, and a way to listen to it. */
async function listened(environment: Record<string, string> = {}) {
  const clock = new FakeClock();
  const tools = changingTools();
  const server = await testApp({ clock, toolSources: [tools], environment });
  return {
    server,
    clock,
    changeTools: () => tools.set([]),
    listen: (notifications: unknown, options: ModernRequestOptions = {}) =>
      listen(server, notifications, options),
  };
}

async function listen(server: TestApp, notifications: unknown, options: ModernRequestOptions = {}) {
  const response = await postModern(server, "subscriptions/listen", { notifications }, options);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("x-accel-buffering"), "no");
  return new SseReader(response);
}

function change(server: TestApp, uri: string, namespace = "default"): void {
  server.app.publishChange({ kind: "resource", uri, audience: { namespace } });
}

Deno.test("the first message says what is honoured, under the id as it was sent mcp:134", async () => {
  const { server, listen } = await listened();
  await using _server = server;
  for (const id of [7, "7"]) {
    const stream = await listen({ ...EVERYTHING, more: true }, { id });
    const first = await stream.next();
    assert.equal(first.method, "notifications/subscriptions/acknowledged");
    assert.strictEqual(first.params._meta[ID_KEY], id);
    assert.deepEqual(first.params.notifications, EVERYTHING);
    await stream.close();
  }
});

Deno.test("only what was asked for is told mcp:134 mcp:135", async () => {
  const { server, changeTools, listen } = await listened();
  await using _server = server;
  const tools = await listen({ toolsListChanged: true, promptsListChanged: false }, { id: "t" });
  const facts = await listen({ resourceSubscriptions: ["car://memory/fact/a"] }, { id: "f" });
  await tools.next();
  await facts.next();
  change(server, "car://memory/fact/a");
  changeTools();
  const told = await tools.next();
  assert.equal(told.method, "notifications/tools/list_changed");
  assert.equal(told.params._meta[ID_KEY], "t");
  const update = await facts.next();
  assert.equal(update.method, "notifications/resources/updated");
  assert.deepEqual(update.params, { uri: "car://memory/fact/a", _meta: { [ID_KEY]: "f" } });
});

Deno.test("a listener hears of its resources, in its namespace mcp:136", async () => {
  const { server, clock, listen } = await listened();
  await using _server = server;
  const [a, b] = ["test://a", "test://b"];
  const here = await listen({ resourceSubscriptions: [a] }, { id: "here" });
  const there = await listen({ resourceSubscriptions: [a, b] }, {
    id: "there",
    headers: { "car-namespace": "other" },
  });
  for (const stream of [here, there]) await stream.next();
  change(server, b);
  change(server, a, "other");
  change(server, a);
  clock.advance(PAUSE_MS);
  await server.app.stop();
  for (const [stream, told] of [[here, [a]], [there, [a]]] as const) {
    const messages = await stream.rest() as { params?: { uri: string } }[];
    assert.deepEqual(messages.flatMap(({ params }) => params?.uri ?? []), told);
  }
});

Deno.test("one change is one message to each of two listeners mcp:142", async () => {
  const { server, changeTools, listen } = await listened();
  await using _server = server;
  const streams = [
    await listen({ toolsListChanged: true }, { id: 1 }),
    await listen({ toolsListChanged: true }, { id: 2 }),
  ];
  for (const stream of streams) await stream.next();
  changeTools();
  for (const [index, stream] of streams.entries()) {
    const { method, params } = await stream.next();
    assert.equal(method, "notifications/tools/list_changed");
    assert.equal(params._meta[ID_KEY], index + 1);
  }
});

Deno.test("a filter that is none is -32602 mcp:137", async () => {
  const { server } = await listened({ CAR_LIMITS_RESOURCE_SUBSCRIPTIONS_MAX: "2" });
  await using _server = server;
  const wrong: unknown[] = [
    undefined,
    null,
    [],
    "tools",
    { toolsListChanged: "yes" },
    { resourceSubscriptions: "car://memory/status" },
    { resourceSubscriptions: [7] },
    { resourceSubscriptions: [`car://memory/fact/${"x".repeat(3_000)}`] },
    { resourceSubscriptions: ["car://memory/fact/\ud800"] },
    { resourceSubscriptions: ["a:1", "a:2", "a:3"] },
  ];
  for (const notifications of wrong) {
    const response = await postModern(server, "subscriptions/listen", { notifications });
    await assertRpcError(response, 200, -32602);
  }
});

Deno.test("an empty filter is acknowledged and answered mcp:138", async () => {
  const { server, listen } = await listened();
  await using _server = server;
  const stream = await listen({ toolsListChanged: false }, { id: "e" });
  assert.deepEqual((await stream.next()).params.notifications, {});
  const { id, result } = await stream.next();
  assert.equal(id, "e");
  assert.equal(result.resultType, "complete");
  assert.equal(result._meta[ID_KEY], "e");
  assert.equal(await stream.next(), undefined);
});

Deno.test("a server that stops answers its listeners and closes their streams mcp:139", async () => {
  const { server, listen } = await listened();
  await using _server = server;
  const stream = await listen({ toolsListChanged: true }, { id: 9 });
  await stream.next();
  await server.app.stop();
  const [last, ...more] = await stream.rest() as [{ id: number; result: unknown }];
  assert.deepEqual(more, []);
  assert.equal(last.id, 9);
  assert.equal((last.result as { resultType: string }).resultType, "complete");
});

Deno.test("a listener outlives the time that a call may take mcp:134", async () => {
  const { server, clock, changeTools, listen } = await listened();
  await using _server = server;
  const stream = await listen({ toolsListChanged: true });
  await stream.next();
  clock.advance(3_600_000);
  changeTools();
  assert.equal((await stream.next()).method, "notifications/tools/list_changed");
  assert.ok(stream.comments.length > 0);
});

Deno.test("a listener that closes its stream makes room for another mcp:140 mcp:141", async () => {
  const { server, listen } = await listened({ CAR_LIMITS_LISTENERS_MAX: "1" });
  await using _server = server;
  const first = await listen({ toolsListChanged: true });
  await first.next();
  const notifications = { toolsListChanged: true };
  const refused = await postModern(server, "subscriptions/listen", { notifications });
  await assertRpcError(refused, 200, -32603);
  await first.close();
  const second = await listen({ toolsListChanged: true });
  assert.equal((await second.next()).method, "notifications/subscriptions/acknowledged");
});

Deno.test("a client that takes no stream cannot listen", async () => {
  const { server } = await listened();
  await using _server = server;
  const options = { headers: { accept: "application/json" } };
  const response = await postModern(server, "subscriptions/listen", {
    notifications: EVERYTHING,
  }, options);
  await assertRpcError(response, 406, -32000);
});
