import assert from "node:assert/strict";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { ChangeHub } from "../../src/rpc/changes.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function watchedHub() {
  const faults: unknown[] = [];
  const onFault = (thrown: unknown) => void faults.push(thrown);
  const hub = new ChangeHub({ clock: new FakeClock(), resourceWishesMax: 10, onFault });
  const watched: string[] = [];
  const watch = (uri: string) => {
    watched.push(`+${uri}`);
    return () => void watched.push(`-${uri}`);
  };
  const wish = (uri: string, namespace = "n") => {
    const listener = hub.listen(LOCAL_PRINCIPAL, () => {});
    listener.add({ kind: "resource", namespace, uri, toldAs: `as ${uri}` });
    return listener;
  };
  return { faults, hub, watch, watched, wish };
}

Deno.test("watchEach() watches a resource once for all who wish to hear of it, in any namespace", () => {
  const { hub, watch, watched, wish } = watchedHub();
  hub.watchEach(watch);
  const [first, second] = [wish("a://1"), wish("a://1", "other")];
  first.add({ kind: "resources", namespace: "n" });
  second.add({ kind: "resource", namespace: "other", uri: "a://1", toldAs: "otherwise" });
  wish("a://2");
  assert.deepEqual(watched, ["+a://1", "+a://2"]);
  first.close();
  second.remove({ kind: "resource", namespace: "other", uri: "a://1", toldAs: "otherwise" });
  assert.equal(watched.length, 2);
  second.close();
  second.close();
  assert.deepEqual(watched.slice(2), ["-a://1"]);
  wish("a://1");
  assert.deepEqual(watched.slice(3), ["+a://1"]);
  hub.close();
  hub.close();
  assert.deepEqual(watched.slice(4).toSorted(), ["-a://1", "-a://2"]);
});

Deno.test("watchEach() begins with what was wished for before", () => {
  const { hub, watch, watched, wish } = watchedHub();
  wish("a://1").close();
  wish("a://2");
  hub.watchEach(watch);
  assert.deepEqual(watched, ["+a://2"]);
});

Deno.test("watchEach() reports a watcher that throws, and goes on", () => {
  const { faults, hub, wish } = watchedHub();
  hub.watchEach((uri) => {
    if (uri === "a://1") throw new Error("begin");
    return () => {
      throw new Error("end");
    };
  });
  wish("a://1").close();
  wish("a://2").close();
  assert.deepEqual(faults.map((fault) => (fault as Error).message), ["begin", "end"]);
  assert.equal(hub.size, 0);
});
