// Wishes for resources of mounted servers: passed on once for all who have them, for as long as anybody
// has, and again to a server that was started anew.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { FakeChildPlan } from "../helpers/fake_plan.ts";
import { postModern } from "../helpers/modern_client.ts";
import { type Mounted, mounted } from "../helpers/mounted.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { resultOf, rpc } from "../helpers/test_app.ts";

const PLAN: FakeChildPlan = {
  tools: ["asked", "touch", "die"],
  resources: ["a", "b", "c"].map((name) => ({ uri: `note://${name}`, name })),
  templates: [{ uriTemplate: "note://{id}/part", name: "part" }],
  subscriptions: "taken",
};

/** A session that subscribes, and hears what is told. */
async function subscriber(box: Mounted, ...uris: readonly string[]) {
  const session = await box.server.open();
  const listening = { accept: "text/event-stream", "mcp-session-id": session.id };
  const stream = new SseReader(await box.server.send("GET", listening));
  const ask = async (method: string, uri: string) =>
    void await resultOf(await session.post(rpc(method, { uri })));
  for (const uri of uris) await ask("resources/subscribe", uri);
  return {
    /** The next resource that it is told of. */
    async told(): Promise<string> {
      let message = await stream.next();
      while (message.method !== "notifications/resources/updated") message = await stream.next();
      return message.params.uri;
    },
    unsubscribe: (uri: string) => ask("resources/unsubscribe", uri),
    async leave() {
      await stream.close();
      const ended = await box.server.send("DELETE", { "mcp-session-id": session.id });
      await ended.body?.cancel();
    },
    close: () => stream.close(),
  };
}

/** Waits until the child was asked for that last, and gives all that it was asked for. */
async function askedUntil(box: Mounted, last: string): Promise<readonly string[]> {
  let asked: readonly string[] = await box.answer("mcp_box_asked");
  while (asked.at(-1) !== last) {
    await setImmediate();
    asked = await box.answer("mcp_box_asked");
  }
  return asked;
}

const touch = (box: Mounted, uri: string, more = {}) => box.call("mcp_box_touch", { uri, ...more });

Deno.test("a child is subscribed once for all who wish, until nobody does: legacy", async () => {
  await using box = await mounted({ box: PLAN });
  const first = await subscriber(box, "note://a");
  const second = await subscriber(box, "note://a", "note://b/part", "note://elsewhere");
  const notifications = { resourceSubscriptions: ["note://a"] };
  const listener = new SseReader(
    await postModern(box.server, "subscriptions/listen", { notifications }),
  );
  assert.equal((await listener.next()).method, "notifications/subscriptions/acknowledged");
  await askedUntil(box, "subscribe note://b/part");
  await touch(box, "note://a");
  assert.deepEqual([await first.told(), await second.told()], ["note://a", "note://a"]);
  assert.equal((await listener.next()).params.uri, "note://a");
  await touch(box, "note://b/part");
  assert.equal(await second.told(), "note://b/part");
  await first.unsubscribe("note://a");
  await second.leave();
  await askedUntil(box, "unsubscribe note://b/part");
  await listener.close();
  const asked = await askedUntil(box, "unsubscribe note://a");
  assert.deepEqual(asked, [
    "subscribe note://a",
    "subscribe note://b/part",
    "unsubscribe note://b/part",
    "unsubscribe note://a",
  ]);
  await first.close();
});

Deno.test("a child is listened to for all who wish, until nobody does: modern", async () => {
  await using box = await mounted({ box: { ...PLAN, era: "modern" } });
  const first = await subscriber(box, "note://a");
  await askedUntil(box, "ended");
  const second = await subscriber(box, "note://a", "note://b");
  await askedUntil(box, "ended");
  await touch(box, "note://a");
  assert.deepEqual([await first.told(), await second.told()], ["note://a", "note://a"]);
  await touch(box, "note://b");
  assert.equal(await second.told(), "note://b");
  await second.unsubscribe("note://b");
  await askedUntil(box, "ended");
  await second.leave();
  await first.leave();
  const asked = await askedUntil(box, "ended");
  assert.deepEqual(asked.filter((each) => each !== "ended"), [
    "listen",
    "listen note://a",
    "listen note://a note://b",
    "listen note://a",
    "listen",
  ]);
});

for (const era of ["legacy", "modern"] as const) {
  Deno.test(`wishes hold for a child that is started again, which may have changed: ${era}`, async () => {
    await using box = await mounted({ box: { ...PLAN, era } });
    const session = await subscriber(box, "note://a");
    await askedUntil(box, era === "modern" ? "ended" : "subscribe note://a");
    await box.call("mcp_box_die");
    assert.equal(await session.told(), "note://a");
    const again = era === "modern" ? "listen note://a" : "subscribe note://a";
    assert.deepEqual(await askedUntil(box, again), [again]);
    await touch(box, "note://a");
    assert.equal(await session.told(), "note://a");
    await session.close();
  });

  Deno.test(`a wish waits for the server that has the resource: ${era}`, async () => {
    await using box = await mounted({});
    const session = await subscriber(box, "note://c");
    await box.remount({ box: { ...PLAN, era } });
    await askedUntil(box, era === "modern" ? "listen note://c" : "subscribe note://c");
    assert.equal(await session.told(), "note://c");
    await session.close();
  });
}

Deno.test("a server is heard for its own resources only", async () => {
  const other = { ...PLAN, resources: [{ uri: "note://other", name: "other" }], templates: [] };
  await using box = await mounted({ box: PLAN, other });
  const session = await subscriber(box, "note://a", "note://b");
  await askedUntil(box, "subscribe note://b");
  await box.call("mcp_other_touch", { uri: "note://a", anyway: true });
  await touch(box, "note://c", { anyway: true });
  await touch(box, "note://b");
  assert.equal(await session.told(), "note://b");
  await session.close();
});

Deno.test("a server that tells of no resources is not asked to, and one that refuses is left alone", async () => {
  const { subscriptions: _, ...silent } = PLAN;
  await using quiet = await mounted({ box: silent });
  const waiting = await subscriber(quiet, "note://a");
  assert.deepEqual(await quiet.answer("mcp_box_asked"), []);
  await waiting.close();
  await using box = await mounted({ box: { ...PLAN, subscriptions: "refused" } });
  const session = await subscriber(box, "note://a", "note://b");
  assert.deepEqual(await askedUntil(box, "subscribe note://b"), [
    "subscribe note://a",
    "subscribe note://b",
  ]);
  await session.leave();
  assert.equal((await box.answer("mcp_box_asked")).length, 2);
});
