// The official clients lend tools to each other, through a daemon of either runtime.

import assert from "node:assert/strict";
import { Inbox } from "../helpers/inbox.ts";
import { connectLending } from "../helpers/lending_sdk.ts";
import { metricIs } from "../helpers/metric.ts";
import { startServer } from "../helpers/process.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { connectSdk, SDK_NAMES } from "../helpers/sdk_clients.ts";
import { connectTalking, TALKING_NAMES } from "../helpers/talking_clients.ts";
import { tempHome } from "../helpers/temp_home.ts";

const NAMES = {
  count: "client_test-ide_count",
  never: "client_test-ide_never",
  open_file: "client_test-ide_open_file",
};

/** A daemon that takes tools of clients. */
async function startLending(runtime: Runtime) {
  const home = tempHome();
  const environment = { CAR_CLIENT_TOOLS_ENABLED: "true", CAR_LIMITS_CLIENT_ABSENCE_MS: "0" };
  const server = await startServer(runtime, home.path, [], environment);
  return {
    url: server.firstLine,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

for (const owned of TALKING_NAMES) {
  testOnBoth(`every client sees and calls what the ${owned} client lends`, async (runtime) => {
    await using server = await startLending(runtime);
    await using owner = await connectLending(owned, server.url);
    assert.deepEqual(owner.names, { names: NAMES });
    await metricIs(server.url, "car_streams", 1);
    for (const name of SDK_NAMES) {
      await using caller = await connectSdk(name, server.url);
      const listed = (await caller.listTools()).map((tool) => tool.name);
      assert.deepEqual(listed.slice(-3), Object.values(NAMES));
      const answer = await caller.call(NAMES.open_file, { path: name });
      assert.deepEqual(answer, {
        text: "open_file is done",
        structured: { did: "open_file", path: name },
        isError: false,
      });
      const refused = await caller.call(NAMES.open_file, { path: 7 });
      assert.equal(refused.isError, true);
      assert.match(refused.text, /path/);
    }
    assert.deepEqual(
      owner.called.all,
      SDK_NAMES.map((path) => ({ name: "open_file", arguments: { path } })),
    );
    assert.ok((await owner.seen()).every((name) => !name.startsWith("client_")));
  });

  testOnBoth(`what the ${owned} client lends reports, is cancelled, and goes`, async (runtime) => {
    await using server = await startLending(runtime);
    await using watcher = await connectSdk("1.32.2", server.url);
    await watcher.listTools();
    const owner = await connectLending(owned, server.url);
    assert.equal((await watcher.nextPush()).method, "notifications/tools/list_changed");
    await metricIs(server.url, "car_streams", 2);
    for (const name of TALKING_NAMES) {
      await using caller = await connectTalking(name, server.url);
      const progress = new Inbox<number>();
      const onprogress = (report: { readonly progress: number }) => progress.add(report.progress);
      await caller.call(NAMES.count, {}, { onprogress });
      assert.deepEqual(progress.all, [1, 2, 3]);
      const stopping = new AbortController();
      const before = owner.cancelled.all.length;
      const calls = owner.called.all.length;
      const stopped = assert.rejects(
        caller.call(NAMES.never, {}, { signal: stopping.signal }),
      );
      await owner.called.until(calls + 1);
      stopping.abort("enough");
      await stopped;
      await owner.cancelled.until(before + 1);
    }
    const calls = owner.called.all.length;
    const left = watcher.call(NAMES.never);
    await owner.called.until(calls + 1);
    await owner.drop();
    const { text, isError } = await left;
    assert.deepEqual([text, isError], ['Client "test-ide" went away before it answered', true]);
    const late = await watcher.call(NAMES.count);
    assert.equal(late.text, 'Client "test-ide" does not listen, so nobody is asked');
  });
}
