// Calls of tools that a client lends: the way there and back, with progress and errors on it.

import assert from "node:assert/strict";
import {
  declared,
  lending,
  lendingApp,
  nextCall,
  openLender,
  said,
  strays,
} from "../helpers/lending_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { call, notification, resultOf } from "../helpers/test_app.ts";
import { refusalOf } from "../helpers/use_tool.ts";

const STREAMS = { accept: "application/json, text/event-stream" };

Deno.test("a call goes to the owner as a request of ours, and its answer to the caller", async () => {
  await using it = await lending();
  const { stream, owner, callOpen } = it;
  const answering = callOpen({ path: "a.ts" }, "callers own");
  const asked = await nextCall(stream);
  assert.deepEqual(asked, {
    jsonrpc: "2.0",
    id: asked.id,
    method: "tools/call",
    params: { name: "open", arguments: { path: "a.ts" } },
  });
  assert.equal(typeof asked.id, "number");
  const result = {
    ...said("opened"),
    structuredContent: { lines: 7 },
    _meta: { "ide/took": 3 },
  };
  await owner.answer(asked, result);
  assert.deepEqual(await resultOf(await answering), result);
});

Deno.test("calls of several callers are answered in the owner's order", async () => {
  await using it = await lending();
  const { server, stream, owner, callOpen } = it;
  const other = await server.open();
  const answering = [callOpen({ n: 0 }), other.post(call("client_ide_open", { n: 1 }))];
  const asked = [await nextCall(stream), await nextCall(stream)];
  for (const each of asked.toReversed()) {
    await owner.answer(each, said(JSON.stringify(each.params.arguments)));
  }
  const texts = await Promise.all(
    answering.map(async (answer) => (await resultOf(await answer)).content[0].text),
  );
  assert.deepEqual(texts, ['{"n":0}', '{"n":1}']);
});

Deno.test("arguments that do not fit the declared schema never reach the owner", async () => {
  await using server = await lendingApp();
  const inputSchema = { type: "object", required: ["path"], properties: { path: {} } };
  const owner = await openLender(server, [declared("open", { inputSchema })]);
  const stream = await owner.listen();
  const refused = await resultOf(await server.post(call("client_ide_open", { way: "a.ts" })));
  assert.match(refusalOf(refused), /path/);
  const answering = server.post(call("client_ide_open", { path: "a.ts" }));
  const asked = await nextCall(stream);
  assert.deepEqual(asked.params.arguments, { path: "a.ts" });
  await owner.answer(asked, said("done"));
  await resultOf(await answering);
  await stream.close();
});

Deno.test("an owner that does not listen is not asked, and the caller reads so", async () => {
  await using server = await lendingApp();
  const owner = await openLender(server, [declared("open")]);
  const refused = await resultOf(await server.post(call("client_ide_open")));
  assert.equal(refusalOf(refused), 'Client "ide" does not listen, so nobody is asked');
  const stream = await owner.listen();
  const answering = server.post(call("client_ide_open"));
  await owner.answer(await nextCall(stream), said("now it does"));
  assert.equal((await resultOf(await answering)).content[0].text, "now it does");
  await stream.close();
});

Deno.test("an error of the owner and an error of its tool are both read by the caller", async () => {
  await using it = await lending();
  const { stream, owner, callOpen } = it;
  const failing = callOpen();
  const { id } = await nextCall(stream);
  const error = { code: -32001, message: `no such file ${"x".repeat(5_000)}` };
  await (await owner.post({ jsonrpc: "2.0", id, error })).body?.cancel();
  const complaint = refusalOf(await resultOf(await failing));
  assert.match(complaint, /^Client "ide" answered with error -32001: no such file x+$/);
  assert.ok(complaint.length < 2_100);
  const erring = callOpen();
  await owner.answer(await nextCall(stream), { ...said("it is locked"), isError: true });
  assert.equal(refusalOf(await resultOf(await erring)), "it is locked");
});

Deno.test("what the owner answers is reduced to a result", async () => {
  await using it = await lending();
  const { stream, owner, callOpen } = it;
  const odd = callOpen();
  const content = [7, null, { no: "type" }, { type: "text", text: "fine" }];
  await owner.answer(await nextCall(stream), { content, isError: "yes", more: 1 });
  assert.deepEqual(await resultOf(await odd), { content: [{ type: "text", text: "fine" }] });
  const none = callOpen();
  await owner.answer(await nextCall(stream), "done");
  assert.equal(
    refusalOf(await resultOf(await none)),
    'Client "ide" answered with no result of a tool',
  );
});

Deno.test("an owner that answers twice, or to what nobody asked, is heard once", async () => {
  await using it = await lending();
  const { server, stream, owner, callOpen } = it;
  const answering = callOpen();
  const asked = await nextCall(stream);
  await owner.answer({ id: asked.id + 1_000 }, said("to nobody"));
  await owner.answer(asked, said("first"));
  await owner.answer(asked, said("second"));
  assert.equal((await resultOf(await answering)).content[0].text, "first");
  assert.equal(await strays(server), 2);
});

Deno.test("an owner cannot answer for another one", async () => {
  await using it = await lending();
  const { server, stream, owner, callOpen } = it;
  const rival = await openLender(server, [declared("open")], "rival");
  const rivals = await rival.listen();
  const answering = callOpen();
  const asked = await nextCall(stream);
  await rival.answer(asked, said("forged"));
  assert.equal(await strays(server), 1);
  await owner.answer(asked, said("genuine"));
  assert.equal((await resultOf(await answering)).content[0].text, "genuine");
  await rivals.close();
});

Deno.test("progress of the owner reaches a caller that asked for it, as far as it rises", async () => {
  await using it = await lending();
  const { stream, owner, caller } = it;
  const request = call("client_ide_open");
  Object.assign(request.params as object, { _meta: { progressToken: "mine" } });
  const heard = caller.post(request, STREAMS).then((response) => new SseReader(response).rest());
  const asked = await nextCall(stream);
  const progressToken = asked.params._meta?.progressToken;
  assert.equal(progressToken, asked.id);
  const report = async (params: Record<string, unknown>) => {
    const taken = await owner.post(notification("notifications/progress", params));
    await taken.body?.cancel();
  };
  await report({ progressToken, progress: 1, total: 3, message: "one" });
  for (let flood = 0; flood < 100; flood++) await report({ progressToken, progress: 1 });
  await report({ progressToken, progress: "2" });
  await report({ progressToken: asked.id + 1, progress: 2 });
  await report({ progressToken, progress: 3 });
  await owner.answer(asked, said("done"));
  const messages = await heard as { params?: unknown; result?: unknown }[];
  assert.deepEqual(messages.map(({ params }) => params), [
    { progressToken: "mine", progress: 1, total: 3, message: "one" },
    { progressToken: "mine", progress: 3 },
    undefined,
  ]);
  await report({ progressToken, progress: 4 });
});

Deno.test("a caller that asks for no progress has the owner asked for none", async () => {
  await using it = await lending();
  const { stream, owner, callOpen } = it;
  const answering = callOpen();
  const asked = await nextCall(stream);
  assert.equal(asked.params._meta, undefined);
  const unasked = notification("notifications/progress", { progressToken: asked.id, progress: 1 });
  await (await owner.post(unasked)).body?.cancel();
  await owner.answer(asked, said("done"));
  await resultOf(await answering);
});
