// How an app on a socket stops: it takes no new connection, a running call gets its time, and then
// everything ends, whoever still wants something.

import assert from "node:assert/strict";
import { gateTool } from "../helpers/gate_tool.ts";
import { listeningApp } from "../helpers/listening_app.ts";
import { within } from "../helpers/process.ts";
import { RawSocket } from "../helpers/raw_socket.ts";
import { call, resultOf } from "../helpers/test_app.ts";

Deno.test("stop() waits for a running call, whose answer arrives", async () => {
  const gate = gateTool();
  await using server = await listeningApp({}, [gate.tool]);
  const answer = server.post(call("gate"));
  await within(gate.entered, "call");
  const stopping = server.app.stop();
  await assert.rejects(RawSocket.open(server.port));
  gate.open();
  const { content } = await resultOf(await answer);
  assert.deepEqual(JSON.parse(content[0].text), { passed: true });
  await within(stopping, "stop");
});

Deno.test("stop() ends although a call does not, once the grace is over", async () => {
  const gate = gateTool();
  const environment = { CAR_LIMITS_SHUTDOWN_GRACE_MS: "0" };
  await using server = await listeningApp(environment, [gate.tool]);
  const answer = server.post(call("gate"));
  await within(gate.entered, "call");
  await within(server.app.stop(), "stop");
  // Whether this late answer still arrives is up to the runtime; the server does not wait for it.
  gate.open();
  await (await answer).body?.cancel();
});

Deno.test("stop() ends open streams and idle connections, and may be asked twice", async () => {
  await using server = await listeningApp();
  using idle = await RawSocket.open(server.port);
  const { id } = await server.open();
  const stream = await server.send("GET", { "mcp-session-id": id });
  const text = stream.text();
  await within(Promise.all([server.app.stop(), server.app.stop()]), "stop");
  assert.match(await text, /^id: /);
  assert.equal(await idle.end(), "");
  await assert.rejects(RawSocket.open(server.port));
  assert.equal(server.app.pushToSession(id, { jsonrpc: "2.0", method: "x" }), false);
});
