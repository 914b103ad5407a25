// What a call asks its client on the way: forms, pages, the model, the roots.

import assert from "node:assert/strict";
import {
  answerTo,
  askForm,
  askingSession,
  FORM_SCHEMA,
  TAKES_STREAMS,
} from "../helpers/asking_session.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { type Talk, talkingTool } from "../helpers/talking_tool.ts";
import { call, initializeRequest, notification, resultOf, testApp } from "../helpers/test_app.ts";

Deno.test("ask() puts a form on the call's own stream and gets what was filled in mcp:50 mcp:66", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const question = await stream.next();
  assert.deepEqual(question, {
    jsonrpc: "2.0",
    id: question.id,
    method: "elicitation/create",
    params: { mode: "form", message: "Who are you?", requestedSchema: FORM_SCHEMA },
  });
  const content = { name: "Ada", age: 36 };
  const accepted = await session.post(answerTo(question, { action: "accept", content }));
  assert.equal(accepted.status, 202);
  assert.equal(await accepted.text(), "");
  const answer = await stream.next();
  assert.deepEqual(answer.result.structuredContent, { said: { action: "accept", content } });
  assert.equal(await stream.nextEvent(), undefined);
});

Deno.test("ask() says nothing of modes to an older client mcp:66", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
    revision: "2025-06-18",
  });
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const question = await stream.next();
  assert.deepEqual(Object.keys(question.params), ["message", "requestedSchema"]);
  await session.post(answerTo(question, { action: "decline", content: { name: "unsaid" } }));
  assert.deepEqual((await stream.next()).result.structuredContent, {
    said: { action: "decline" },
  });
});

Deno.test("askAll() asks a page, the model and the roots side by side mcp:66", async () => {
  const asks = talkingTool("asks", async (context) => {
    const answers = await context.askAll({
      page: { kind: "url", message: "Sign in", url: "https://a.example/", elicitationId: "e1" },
      model: { kind: "sampling", params: { messages: [], maxTokens: 5 } },
      roots: { kind: "roots" },
    });
    context.elicitationComplete("e1");
    return [answers.page.action, answers.model.model, answers.roots.roots[0]?.uri];
  });
  await using session = await askingSession([asks], {
    capabilities: { elicitation: { url: {} }, sampling: {}, roots: { listChanged: true } },
  });
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const questions = [await stream.next(), await stream.next(), await stream.next()];
  assert.deepEqual(questions.map(({ method, params }) => [method, params]), [
    ["elicitation/create", {
      mode: "url",
      message: "Sign in",
      url: "https://a.example/",
      elicitationId: "e1",
    }],
    ["sampling/createMessage", { messages: [], maxTokens: 5 }],
    ["roots/list", undefined],
  ]);
  const [page, model, roots] = questions;
  await session.post(answerTo(roots, { roots: [{ uri: "file:///work" }] }));
  const content = { type: "text", text: "hello" };
  await session.post(answerTo(model, { role: "assistant", model: "m1", content }));
  await session.post(answerTo(page, { action: "accept" }));
  assert.deepEqual(await stream.next(), {
    jsonrpc: "2.0",
    method: "notifications/elicitation/complete",
    params: { elicitationId: "e1" },
  });
  assert.deepEqual((await stream.next()).result.structuredContent, {
    said: ["accept", "m1", "file:///work"],
  });
});

Deno.test("a call that goes on after an answer has its whole time again", async () => {
  const clock = new FakeClock();
  const asks = talkingTool("asks", async (context) => {
    await askForm(context);
    await new Promise<void>((resolve) => clock.after(59_000, resolve));
    return "in time";
  });
  await using session = await askingSession([asks], { capabilities: { elicitation: {} }, clock });
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const question = await stream.next();
  clock.advance(300_000);
  const timers = clock.timers;
  await session.post(answerTo(question, { action: "cancel" }));
  while (clock.timers === timers) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(59_000);
  assert.equal((await stream.next()).result.structuredContent.said, "in time");
});

Deno.test("cancelling a call withdraws its question mcp:69", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const stream = new SseReader(await session.post(call("asks", {}, "c1"), TAKES_STREAMS));
  const question = await stream.next();
  await session.post(notification("notifications/cancelled", { requestId: "c1" }));
  const [withdrawn, ...rest] = await stream.rest() as {
    method: string;
    params: { requestId: unknown };
  }[];
  assert.equal(withdrawn?.method, "notifications/cancelled");
  assert.equal(withdrawn?.params.requestId, question.id);
  assert.deepEqual(rest, []);
});

Deno.test("askAll() withdraws the other questions when one fails, as often as it does", async () => {
  const asks = talkingTool("asks", (context) =>
    context.askAll({
      first: { kind: "roots" },
      second: { kind: "form", message: "m", requestedSchema: FORM_SCHEMA },
    }));
  await using session = await askingSession([asks], {
    capabilities: { elicitation: {}, roots: {} },
    environment: { CAR_LIMITS_OUTGOING_REQUESTS_MAX: "3" },
  });
  for (let round = 0; round < 5; round++) {
    const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
    const [roots, form] = [await stream.next(), await stream.next()];
    await session.post({ jsonrpc: "2.0", id: roots.id, error: { code: 1, message: "no" } });
    const withdrawn = await stream.next();
    assert.deepEqual([withdrawn.method, withdrawn.params.requestId], [
      "notifications/cancelled",
      form.id,
    ]);
    const { result } = await stream.next();
    assert.match(result.content[0].text, /answered with an error/);
  }
});

Deno.test("a handler that ends without waiting for its question withdraws it", async () => {
  const asks: Talk[] = [
    (context) => context.ask({ kind: "roots" }),
    (context) => context.askAll({ roots: { kind: "roots" } }),
  ];
  for (const ask of asks) {
    const forgets = talkingTool("forgets", (context) => {
      void ask(context);
      return "done";
    });
    await using session = await askingSession([forgets], { capabilities: { roots: {} } });
    const stream = new SseReader(await session.post(call("forgets"), TAKES_STREAMS));
    const question = await stream.next();
    assert.equal((await stream.next()).params.requestId, question.id);
    assert.equal((await stream.next()).result.structuredContent.said, "done");
  }
});

Deno.test("a session that said initialized in a batch can be asked mcp:58", async () => {
  const asks = talkingTool("asks", (context) => context.ask({ kind: "roots" }));
  await using server = await testApp({ tools: [asks] });
  const initialize = initializeRequest("2025-03-26");
  Object.assign(initialize.params as object, { capabilities: { roots: {} } });
  const opened = await server.post(initialize);
  const headers = {
    "mcp-session-id": opened.headers.get("mcp-session-id") ?? "",
    ...TAKES_STREAMS,
  };
  await opened.body?.cancel();
  const accepted = await server.post([notification("notifications/initialized")], headers);
  assert.equal(accepted.status, 202);
  const stream = new SseReader(await server.post(call("asks"), headers));
  const question = await stream.next();
  assert.equal(question.method, "roots/list");
  await server.post([answerTo(question, { roots: [] })], headers);
  assert.equal((await stream.next()).result.isError, undefined);
});

Deno.test("a question survives a dropped connection and is put again on the resumed stream mcp:68", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const first = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const priming = await first.nextEvent();
  const question = await first.next();
  await first.close();
  const headers = { "mcp-session-id": session.id, "last-event-id": priming?.id ?? "" };
  const again = new SseReader(await session.server.send("GET", headers));
  assert.deepEqual(await again.next(), question);
  await session.post(answerTo(question, { action: "decline" }));
  assert.equal((await again.next()).result.structuredContent.said.action, "decline");
});

Deno.test("a client that takes JSON alone is asked on its common stream, if it has one", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const unheard = await resultOf(await session.post(call("asks", {}, 1)));
  assert.match(unheard.content[0].text, /no stream leads to it/);
  const headers = { "mcp-session-id": session.id };
  const common = new SseReader(await session.server.send("GET", headers));
  const answered = session.post(call("asks", {}, 2));
  await session.post(answerTo(await common.next(), { action: "cancel" }));
  assert.equal((await resultOf(await answered)).structuredContent.said.action, "cancel");
  await common.close();
});
