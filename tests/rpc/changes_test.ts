import assert from "node:assert/strict";
import type { Principal } from "../../src/auth/principal.ts";
import { nextTurn } from "../../src/base/clock.ts";
import { notificationOf } from "../../src/rpc/change_notification.ts";
import {
  ChangeHub,
  type ChangeListener,
  PAUSE_MS,
  type ToldChange,
} from "../../src/rpc/changes.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tickingClock } from "../helpers/ticking_clock.ts";

const ADA: Principal = { id: "ada" };
const BEA: Principal = { id: "bea" };
// A pause ends within two ticks after its time.
const LONG_MS = PAUSE_MS + 1_000;

function hubOf(resourceWishesMax = 10_000) {
  const clock = new FakeClock();
  const faults: unknown[] = [];
  const hub = new ChangeHub({ clock, resourceWishesMax, onFault: (thrown) => faults.push(thrown) });
  const listener = (principal = ADA) => {
    const told: ToldChange[] = [];
    const held: ChangeListener = hub.listen(principal, (change) => told.push(change));
    return { ...held, told };
  };
  return { clock, faults, hub, listener };
}

Deno.test("publish() tells those who wished for it, and nobody else", () => {
  const { hub, listener } = hubOf();
  const [lists, one] = [listener(), listener()];
  lists.add({ kind: "resources", namespace: "n" });
  one.add({ kind: "resource", namespace: "n", uri: "a://1" });
  hub.publish({ kind: "prompts" });
  hub.publish({ kind: "resource", uri: "a://2" });
  assert.deepEqual([lists.told, one.told], [[], []]);
  hub.publish({ kind: "resources" });
  hub.publish({ kind: "resource", uri: "a://1" });
  assert.deepEqual(lists.told, [{ kind: "resources" }]);
  assert.deepEqual(one.told, [{ kind: "resource", uri: "a://1" }]);
});

Deno.test("publish() tells of a namespace those alone who work in it", () => {
  const { hub, listener } = hubOf();
  const [here, there] = [listener(), listener()];
  here.add({ kind: "resource", namespace: "here", uri: "a://1" });
  there.add({ kind: "resource", namespace: "there", uri: "a://1" });
  hub.publish({ kind: "resource", uri: "a://1", audience: { namespace: "here" } });
  assert.equal(here.told.length, 1);
  assert.equal(there.told.length, 0);
});

Deno.test("publish() tells of a principal's own lists that principal alone", () => {
  const { hub, listener } = hubOf();
  const [ada, bea] = [listener(ADA), listener(BEA)];
  for (const each of [ada, bea]) each.add({ kind: "tools", namespace: "n" });
  hub.publish({ kind: "tools", audience: { principalId: "ada" } });
  assert.equal(ada.told.length, 1);
  assert.equal(bea.told.length, 0);
});

Deno.test("publish() makes two messages of ten thousand changes that come at once", () => {
  const { clock, hub, listener } = hubOf();
  const { told, add } = listener();
  add({ kind: "resources", namespace: "n" });
  for (let change = 0; change < 10_000; change++) hub.publish({ kind: "resources" });
  assert.equal(told.length, 1);
  clock.advance(LONG_MS);
  assert.equal(told.length, 2);
  clock.advance(LONG_MS);
  assert.equal(told.length, 2);
  hub.publish({ kind: "resources" });
  assert.equal(told.length, 3);
});

Deno.test("publish() keeps one thing waiting, not the others", () => {
  const { hub, listener } = hubOf();
  const { told, add } = listener();
  for (const uri of ["a://1", "a://2"]) add({ kind: "resource", namespace: "n", uri });
  hub.publish({ kind: "resource", uri: "a://1" });
  hub.publish({ kind: "resource", uri: "a://1" });
  hub.publish({ kind: "resource", uri: "a://2" });
  assert.deepEqual(told.map((change) => "uri" in change && change.uri), ["a://1", "a://2"]);
});

Deno.test("publish() tells at once what was erased, and nothing of it later", () => {
  const { clock, hub, listener } = hubOf();
  const told: ToldChange[][] = [];
  for (let count = 0; count < 1_000; count++) {
    const each = listener();
    each.add({ kind: "resource", namespace: "n", uri: "a://1" });
    told.push(each.told);
  }
  const change = { kind: "resource", uri: "a://1", audience: { namespace: "n" } } as const;
  hub.publish({ ...change, isErased: true });
  assert.deepEqual(new Set(told.map((each) => each.length)), new Set([1]));
  const { told: last, add } = listener();
  add({ kind: "resource", namespace: "n", uri: "a://2" });
  const other = { ...change, uri: "a://2" };
  hub.publish(other);
  hub.publish(other);
  hub.publish({ ...other, isErased: true });
  assert.equal(last.length, 2);
  clock.advance(LONG_MS);
  assert.equal(last.length, 2);
});

Deno.test("a telling that is under way ends when what it is about is erased", async () => {
  const hub = new ChangeHub({
    clock: tickingClock(new FakeClock()),
    resourceWishesMax: 100,
    onFault: () => {},
  });
  let heard = 0;
  for (let count = 0; count < 100; count++) {
    hub.listen(ADA, () => heard++).add({ kind: "resource", namespace: "n", uri: "a://1" });
  }
  hub.publish({ kind: "resource", uri: "a://1" });
  const atOnce = heard;
  assert.ok(atOnce < 100, `${atOnce} told at once`);
  hub.publish({ kind: "resource", uri: "a://1", isErased: true });
  assert.equal(heard, atOnce + 100);
  await nextTurn();
  assert.equal(heard, atOnce + 100);
  hub.close();
});

Deno.test("a wish for a resource beyond the bound is not taken, one for a list is", () => {
  const { hub, listener } = hubOf(2);
  const [first, second] = [listener(), listener()];
  first.add({ kind: "resource", namespace: "n", uri: "a://1" });
  second.add({ kind: "resource", namespace: "n", uri: "a://2" });
  assert.deepEqual([hub.size, hub.hasRoomFor(0), hub.hasRoomFor(1)], [2, true, false]);
  second.add({ kind: "resource", namespace: "n", uri: "a://3" });
  second.add({ kind: "tools", namespace: "n" });
  hub.publish({ kind: "resource", uri: "a://3" });
  hub.publish({ kind: "tools" });
  assert.deepEqual(second.told, [{ kind: "tools" }]);
  first.close();
  first.close();
  assert.deepEqual([hub.size, hub.hasRoomFor(1)], [2, true]);
  second.add({ kind: "resource", namespace: "n", uri: "a://3" });
  hub.publish({ kind: "resource", uri: "a://3" });
  assert.equal(second.told.length, 2);
  second.remove({ kind: "tools", namespace: "n" });
  second.close();
  assert.deepEqual([hub.size, hub.hasRoomFor(2), hub.hasRoomFor(3)], [0, true, false]);
});

Deno.test("wished() names what somebody wishes for of resources, and where", () => {
  const { hub, listener } = hubOf();
  const { add, close } = listener();
  add({ kind: "resource", namespace: "n", uri: "a://1" });
  add({ kind: "resource", namespace: "n", uri: "a://2", toldAs: "a://two" });
  add({ kind: "resource", namespace: "other", uri: "a://3" });
  add({ kind: "resources", namespace: "n" });
  add({ kind: "tools", namespace: "no resources" });
  assert.deepEqual([...hub.wished()], [
    { namespace: "n", uri: "a://1" },
    { namespace: "n", uri: "a://2" },
    { namespace: "other", uri: "a://3" },
    { namespace: "n", uri: undefined },
  ]);
  close();
  assert.deepEqual([...hub.wished()], []);
});

Deno.test("a wish is told in the form in which the listener knows the resource, once", () => {
  const { hub, listener } = hubOf();
  const { told, add } = listener();
  const wish = { kind: "resource", namespace: "n", uri: "a://x%2Fy", toldAs: "a://x/y" } as const;
  add(wish);
  add(wish);
  hub.publish({ kind: "resource", uri: "a://x%2Fy" });
  assert.deepEqual(told, [{ kind: "resource", uri: "a://x/y" }]);
});

Deno.test("a listener is told nothing of what it wishes for no more", () => {
  const { clock, hub, listener } = hubOf();
  const [left, closed, stays] = [listener(), listener(), listener()];
  const wish = { kind: "tools", namespace: "n" } as const;
  for (const each of [left, closed, stays]) each.add(wish);
  hub.publish({ kind: "tools" });
  hub.publish({ kind: "tools" });
  left.remove(wish);
  left.remove(wish);
  closed.close();
  closed.close();
  closed.add(wish);
  clock.advance(LONG_MS);
  assert.deepEqual([left.told.length, closed.told.length, stays.told.length], [1, 1, 2]);
});

Deno.test("a hub without wishes has no timer", () => {
  const { clock, hub, listener } = hubOf();
  hub.publish({ kind: "tools" });
  assert.equal(clock.timers, 0);
  const { add, close } = listener();
  add({ kind: "tools", namespace: "n" });
  hub.publish({ kind: "tools" });
  assert.equal(clock.timers, 1);
  close();
  clock.advance(LONG_MS);
  assert.equal(clock.timers, 0);
});

Deno.test("a listener that throws is reported, and the others are told", () => {
  const { faults, hub, listener } = hubOf();
  const wish = { kind: "prompts", namespace: "n" } as const;
  hub.listen(ADA, () => {
    throw new Error("gone");
  }).add(wish);
  const { told, add } = listener();
  add(wish);
  hub.publish({ kind: "prompts" });
  assert.equal(faults.length, 1);
  assert.equal(told.length, 1);
});

Deno.test("watchResources() watches while anybody wishes to hear of resources", () => {
  const { hub, listener } = hubOf();
  const seen: string[] = [];
  hub.watchResources(() => {
    seen.push("start");
    return () => seen.push("stop");
  });
  const [first, second] = [listener(), listener()];
  first.add({ kind: "tools", namespace: "n" });
  assert.deepEqual(seen, []);
  first.add({ kind: "resources", namespace: "n" });
  second.add({ kind: "resource", namespace: "n", uri: "a://1" });
  first.close();
  assert.deepEqual(seen, ["start"]);
  second.close();
  assert.deepEqual(seen, ["start", "stop"]);
  const third = listener();
  third.add({ kind: "resource", namespace: "n", uri: "a://1" });
  hub.close();
  hub.close();
  third.close();
  assert.deepEqual(seen, ["start", "stop", "start", "stop"]);
});

Deno.test("a hub that is closed tells nothing", () => {
  const { clock, hub, listener } = hubOf();
  const { told, add } = listener();
  add({ kind: "tools", namespace: "n" });
  hub.publish({ kind: "tools" });
  hub.publish({ kind: "tools" });
  hub.close();
  add({ kind: "prompts", namespace: "n" });
  hub.publish({ kind: "prompts" });
  clock.advance(LONG_MS);
  assert.equal(told.length, 1);
});

Deno.test("many listeners are told in turns, and all of them", async () => {
  const { hub } = hubOf();
  const counted = Promise.withResolvers<void>();
  let left = 1_000;
  for (let count = left; count > 0; count--) {
    hub.listen(ADA, () => {
      if (--left === 0) counted.resolve();
    }).add({ kind: "tools", namespace: "n" });
  }
  hub.publish({ kind: "tools" });
  await counted.promise;
});

Deno.test("notificationOf() writes a change as the protocol has it", () => {
  assert.deepEqual(notificationOf({ kind: "tools" }), {
    jsonrpc: "2.0",
    method: "notifications/tools/list_changed",
  });
  assert.deepEqual(notificationOf({ kind: "resource", uri: "a://1" }), {
    jsonrpc: "2.0",
    method: "notifications/resources/updated",
    params: { uri: "a://1" },
  });
});
