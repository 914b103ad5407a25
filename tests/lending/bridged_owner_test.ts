// A client that started a command lends through it as any other, also to the server that takes the place
// of the first.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { bridge, type Bridged, type Line } from "../helpers/bridged.ts";
import { declared, lendingApp, lentNames, said } from "../helpers/lending_client.ts";
import {
  call,
  initializeRequest,
  notification,
  resultOf,
  type TestApp,
} from "../helpers/test_app.ts";

/** The call that the owner got as its so-many-th, counted from one. */
async function arrivedCall({ lines }: Bridged, nth: number): Promise<Line> {
  for (let count = nth;; count++) {
    const calls = (await lines.until(count)).filter(({ method }) => method === "tools/call");
    const found = calls[nth - 1];
    if (found !== undefined) return found;
  }
}

async function assertAnswered(server: TestApp, owner: Bridged, nth: number): Promise<void> {
  const answering = server.post(call("client_ide_open", { nth }));
  const { id, params } = await arrivedCall(owner, nth);
  assert.deepEqual(params, { name: "open", arguments: { nth } });
  owner.write({ jsonrpc: "2.0", id, result: said("opened") });
  assert.deepEqual((await resultOf(await answering)).content, said("opened").content);
}

/** Waits until the owner's bridge listens, which it does of itself. */
async function untilListening({ app }: TestApp, { clock }: Bridged): Promise<void> {
  while (app.activity().streams === 0) {
    await setImmediate();
    clock.advance(100);
  }
}

Deno.test("a client at a command lends its tools, and again to the next server", async () => {
  const servers = [await lendingApp()];
  const owner = bridge(() => {
    const there = servers.at(-1);
    assert.ok(there);
    const { app } = there;
    // Nobody answers any more where a server was.
    const gone = () => Promise.reject(new TypeError("Connection refused"));
    const send = (request: Request) => there === servers.at(-1) ? app.fetch(request) : gone();
    return { url: app.url, send };
  });
  try {
    const [first] = servers;
    assert.ok(first);
    const initialize = initializeRequest("2025-11-25");
    const tools = [declared("open")];
    Object.assign(initialize.params as object, {
      clientInfo: { name: "ide", version: "1" },
      capabilities: { experimental: { "car/clientTools": { tools } } },
    });
    owner.write(initialize);
    const { result } = await owner.answerTo("open");
    assert.deepEqual(result.capabilities.experimental["car/clientTools"], {
      names: { open: "client_ide_open" },
    });
    owner.write(notification("notifications/initialized"));
    await untilListening(first, owner);
    await assertAnswered(first, owner, 1);

    const second = await lendingApp();
    servers.push(second);
    await first[Symbol.asyncDispose]();
    owner.write({ jsonrpc: "2.0", id: "look", method: "tools/list" });
    await owner.answerTo("look");
    await untilListening(second, owner);
    assert.deepEqual(await lentNames(second.post), ["client_ide_open"]);
    await assertAnswered(second, owner, 2);
  } finally {
    await owner.end();
    for (const server of servers) await server[Symbol.asyncDispose]();
  }
});
