// Whoever may not look into a namespace, or at a resource, does not hear either when something changes there.

import assert from "node:assert/strict";
import { PAUSE_MS } from "../../src/rpc/changes.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { bearer, type GuardedApp, guardedApp, type Rules } from "../helpers/guarded_app.ts";
import { postModern } from "../helpers/modern_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { initializeRequest, notification, rpc } from "../helpers/test_app.ts";

const RESOURCES_CHANGED = "notifications/resources/list_changed";
const TOOLS_CHANGED = "notifications/tools/list_changed";

/** A session that listens, of whoever has the token. */
async function listening(server: GuardedApp, token: string, headers: Record<string, string> = {}) {
  const opened = await server.post(initializeRequest("2025-11-25"), bearer(token));
  const id = opened.headers.get("mcp-session-id") ?? "";
  const own = { ...bearer(token), "mcp-session-id": id };
  await opened.body?.cancel();
  await (await server.post(notification("notifications/initialized"), own)).body?.cancel();
  const stream = new SseReader(
    await server.send("GET", { ...own, ...headers, accept: "text/event-stream" }),
  );
  const ask = async (method: string, params = {}, more: Record<string, string> = {}) => {
    const response = await server.post(rpc(method, params), { ...own, ...more });
    return await response.json();
  };
  /** What was told so far. */
  const told = async () => {
    assert.equal(server.app.pushToSession(id, notification("mark")), true);
    const methods: string[] = [];
    for (;;) {
      const { method, params } = await stream.next();
      if (method === "mark") return methods;
      methods.push(params?.uri ?? method);
    }
  };
  return { id, ask, told, stream };
}

function changeIn(server: GuardedApp, namespace: string): void {
  server.app.publishChange({ kind: "resources", audience: { namespace } });
}

async function assertNotTold(rules: Rules, namespaces: readonly string[] | undefined) {
  await using server = await guardedApp({ rules });
  const { token } = server.give("ann", { namespaces });
  const there = { "car-namespace": "secret" };
  const session = await listening(server, token, there);
  await session.ask("tools/list", {}, there);
  await session.ask("prompts/list", {}, there);
  await session.ask("resources/list", {}, there);
  changeIn(server, "secret");
  assert.deepEqual(await session.told(), []);
  // What is offered is the same in all namespaces.
  server.app.publishChange({ kind: "tools" });
  assert.deepEqual(await session.told(), [TOOLS_CHANGED]);
  await session.ask("resources/list");
  changeIn(server, "web");
  assert.deepEqual(await session.told(), namespaces === undefined ? [] : [RESOURCES_CHANGED]);
  await session.stream.close();
}

Deno.test("a session is told of no resources in a namespace that is not its principal's", async () => {
  await assertNotTold([], ["web"]);
});

Deno.test("a session is told of no resources in a namespace that the rules close", async () => {
  await assertNotTold([{ namespaces: ["secret"], roles: ["cleared"] }], undefined);
});

Deno.test("a session that goes on with a token for less is told of less", async () => {
  const clock = new FakeClock(Date.now());
  await using server = await guardedApp({ clock });
  const wide = server.give("ann", { namespaces: ["web", "secret"] }).token;
  const narrow = server.give("ann", { namespaces: ["web"] }).token;
  const there = { "car-namespace": "secret" };
  const session = await listening(server, wide, there);
  const [hidden, own] = ["car://memory/fact/hidden", "car://memory/fact/own"] as const;
  await session.ask("resources/subscribe", { uri: hidden }, there);
  await session.ask("resources/subscribe", { uri: own });
  const change = () => {
    clock.advance(2 * PAUSE_MS);
    changeIn(server, "secret");
    for (const [uri, namespace] of [[hidden, "secret"], [own, "web"]] as const) {
      server.app.publishChange({ kind: "resource", uri, audience: { namespace } });
    }
  };
  change();
  assert.deepEqual(await session.told(), [RESOURCES_CHANGED, hidden, own]);
  await session.ask("ping", {}, bearer(narrow));
  change();
  assert.deepEqual(await session.told(), [own]);
  await session.stream.close();
});

Deno.test("Listeners honour no list of resources that the caller may not see", async () => {
  await using server = await guardedApp();
  const { token } = server.give("ann", { permissions: ["tools:call"] });
  const response = await postModern(
    server,
    "subscriptions/listen",
    { notifications: { resourcesListChanged: true, toolsListChanged: true } },
    { headers: bearer(token) },
  );
  const reader = new SseReader(response);
  const { params } = await reader.next();
  assert.deepEqual(params.notifications, { toolsListChanged: true });
  await reader.close();
});
