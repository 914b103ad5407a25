// What a server is asked for while wishes come and go, request by request.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { CarError } from "../../src/base/errors.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { createLog } from "../../src/observe/log.ts";
import type { JsonObject } from "../../src/protocol/json_rpc.ts";
import type { Era } from "../../src/upstream/dialect.ts";
import { Listening } from "../../src/upstream/listening.ts";
import type { Opened } from "../../src/upstream/opening.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** A request that the server has not answered yet. */
interface Asked {
  readonly what: string;
  answer(): void;
  refuse(): void;
}

const CAPABILITIES = { resources: { subscribe: true, listChanged: true }, tools: {} };

function build(era: Era, capabilities: JsonObject = CAPABILITIES, before: readonly string[] = []) {
  const clock = new FakeClock();
  const wished = new Set<string>(before);
  const asked: Asked[] = [];
  let gaps = 0;
  const dialect: Opened["dialect"] = {
    era,
    revision: "any",
    request(method, { params = {}, signal } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
      const refuse = () => reject(new CarError("conflict", "Refused"));
      signal?.addEventListener("abort", () => {
        asked.push({ what: "ended", answer: () => {}, refuse: () => {} });
        reject(new CarError("cancelled", "Cancelled"));
      });
      const { resourceSubscriptions: uris, ...lists } = (params.notifications ?? {}) as JsonObject;
      const what = method === "subscriptions/listen"
        ? ["listen", ...Object.keys(lists), ...(uris as string[] | undefined) ?? []].join(" ")
        : `${method.slice("resources/".length)} ${params.uri}`;
      asked.push({ what, answer: () => resolve({}), refuse });
      return promise;
    },
  };
  const listening = new Listening({
    name: "box",
    // Nothing else of the connection is used here.
    opened: { dialect, capabilities } as Opened,
    wished,
    clock,
    limits: limitsWith(),
    log: createLog({ level: "error", format: "json", clock, write: () => {} }),
    onGap: () => void gaps++,
  });
  return {
    clock,
    asked,
    listening,
    gaps: () => gaps,
    whats: () => asked.map(({ what }) => what),
    wish(uri: string) {
      wished.add(uri);
      listening.wishChanged(uri);
    },
    unwish(uri: string) {
      wished.delete(uri);
      listening.wishChanged(uri);
    },
  };
}

Deno.test("with a handshake one request follows the other, and only the last wish counts", async () => {
  const { asked, listening, unwish, whats, wish } = build("legacy");
  wish("a");
  wish("b");
  wish("c");
  unwish("b");
  unwish("a");
  assert.deepEqual(whats(), ["subscribe a"]);
  asked[0]?.answer();
  await setImmediate();
  assert.deepEqual(whats(), ["subscribe a", "subscribe c"]);
  asked[1]?.answer();
  await setImmediate();
  assert.deepEqual(whats().slice(2), ["unsubscribe a"]);
  wish("a");
  asked[2]?.answer();
  await setImmediate();
  assert.deepEqual(whats().slice(3), ["subscribe a"]);
  listening.close();
  asked[3]?.answer();
  unwish("c");
  await setImmediate();
  assert.equal(asked.length, 4);
});

Deno.test("with a handshake what was wished for before is subscribed to, once", async () => {
  const { asked, whats, wish } = build("legacy", CAPABILITIES, ["a"]);
  wish("a");
  asked[0]?.answer();
  await setImmediate();
  wish("a");
  await setImmediate();
  assert.deepEqual(whats(), ["subscribe a"]);
});

Deno.test("with a handshake a refused wish is made again when it is wished for again", async () => {
  const { asked, unwish, whats, wish } = build("legacy");
  wish("a");
  asked[0]?.refuse();
  await setImmediate();
  unwish("a");
  await setImmediate();
  wish("a");
  await setImmediate();
  assert.deepEqual(whats(), ["subscribe a", "subscribe a"]);
});

Deno.test("without a handshake many wishes make two requests, and the one before ends last", () => {
  const { listening, whats, wish } = build("modern");
  listening.acknowledged();
  const uris = Array.from({ length: 200 }, (_, index) => `r${index}`);
  for (const uri of uris) wish(uri);
  assert.deepEqual(whats(), ["listen resourcesListChanged", "listen resourcesListChanged r0"]);
  listening.acknowledged();
  assert.equal(whats()[2], "ended");
  assert.equal(whats()[3], `listen resourcesListChanged ${uris.join(" ")}`);
  listening.acknowledged();
  listening.acknowledged();
  assert.deepEqual(whats().slice(4), ["ended"]);
});

Deno.test("without a handshake nothing is listened to when there is nothing to hear", () => {
  const { listening, unwish, whats, wish } = build("modern", { resources: { subscribe: true } });
  assert.deepEqual(whats(), []);
  wish("a");
  listening.acknowledged();
  unwish("a");
  assert.deepEqual(whats(), ["listen a", "ended"]);
  wish("b");
  assert.deepEqual(whats().slice(2), ["listen b"]);
});

Deno.test("without a handshake who stops to tell is listened to again, and what was missed is told", async () => {
  const { asked, clock, gaps, listening, whats, wish } = build("modern");
  listening.acknowledged();
  asked[0]?.answer();
  await setImmediate();
  clock.advance(4_000);
  assert.deepEqual([whats().length, gaps()], [1, 0]);
  clock.advance(1_000);
  assert.deepEqual([whats().length, gaps()], [2, 1]);
  asked[1]?.refuse();
  await setImmediate();
  // A wish meanwhile does not wait; then there is one request, not two.
  wish("a");
  assert.equal(whats()[2], "listen resourcesListChanged a");
  clock.advance(5_000);
  assert.deepEqual([whats().length, gaps()], [3, 2]);
  listening.close();
  asked[2]?.answer();
  await setImmediate();
  clock.advance(60_000);
  assert.deepEqual([whats().length, gaps()], [3, 2]);
});

Deno.test("a server that tells of no resources is asked for none", () => {
  for (const era of ["legacy", "modern"] as const) {
    const { whats, wish } = build(era, { resources: {}, tools: { listChanged: true } });
    wish("a");
    assert.deepEqual(whats(), era === "modern" ? ["listen toolsListChanged"] : []);
  }
});
