// Questions that cannot be put, and answers that are none.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import { answerTo, askForm, askingSession, TAKES_STREAMS } from "../helpers/asking_session.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { type Talk, talkingTool } from "../helpers/talking_tool.ts";
import { call, resultOf } from "../helpers/test_app.ts";

Deno.test("ask() asks nothing that the client did not declare mcp:67", async () => {
  const page: Talk = (context) =>
    context.ask({ kind: "url", message: "m", url: "https://a.example/", elicitationId: "e" });
  const sampling = (params: Record<string, unknown>): Talk => (context) =>
    context.ask({ kind: "sampling", params });
  const tools = [
    talkingTool("form", askForm),
    talkingTool("page", page),
    talkingTool("sampling", sampling({})),
    talkingTool("sampling_tools", sampling({ tools: [] })),
    talkingTool("roots", (context) => context.ask({ kind: "roots" })),
  ];
  const refused = async (capabilities: Record<string, unknown>) => {
    await using session = await askingSession(tools, { capabilities });
    const names = [];
    for (const [at, { wire: { name } }] of tools.entries()) {
      const response = await session.post(call(name, {}, at), TAKES_STREAMS);
      if (response.headers.get("content-type") !== "application/json") {
        await response.body?.cancel();
        continue;
      }
      const result = await resultOf(response);
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /did not declare (elicitation|sampling|roots)/);
      names.push(name);
    }
    // Ends the questions that were put, for which nobody will answer.
    await session.server.send("DELETE", { "mcp-session-id": session.id });
    return names;
  };
  const all = tools.map((tool) => tool.wire.name);
  assert.deepEqual(await refused({}), all);
  assert.deepEqual(await refused({ elicitation: {} }), all.slice(1));
  assert.deepEqual(await refused({ elicitation: { url: {} } }), [all[0], ...all.slice(2)]);
  assert.deepEqual(await refused({ sampling: {}, roots: {} }), ["form", "page", "sampling_tools"]);
  assert.deepEqual(
    await refused({ elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} }),
    [],
  );
});

Deno.test("ask() refuses an answer that does not fit its question", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const complaints: [unknown, RegExp][] = [
    ["yes", /is not an object/],
    [{}, /no "action"/],
    [{ action: "perhaps" }, /no "action"/],
    [{ action: "accept", content: [] }, /"content" that is not an object/],
    [{ action: "accept" }, /does not fit the form/],
    [{ action: "accept", content: { name: "A".repeat(40_000) } }, /of more than 32768 bytes/],
    [{ action: "accept", content: { name: "Ada", age: -1 } }, /does not fit the form at #\/age/],
  ];
  for (const [result, complaint] of complaints) {
    const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
    await session.post(answerTo(await stream.next(), result));
    const answer = await stream.next();
    assert.equal(answer.result.isError, true);
    assert.match(answer.result.content[0].text, complaint);
  }
});

Deno.test("ask() reports the client's error as an error of the tool", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const { id } = await stream.next();
  await session.post({ jsonrpc: "2.0", id, error: { code: -1, message: "secret of the client" } });
  const { result } = await stream.next();
  assert.equal(result.isError, true);
  assert.doesNotMatch(result.content[0].text, /secret/);
});

Deno.test("a late, repeated or foreign answer is accepted, counted and ignored mcp:50 mcp:51", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const other = await session.server.open();
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const question = await stream.next();
  const answer = answerTo(question, { action: "cancel" });
  const strays = [
    await other.post(answer),
    await session.post(answerTo({ id: 12_345 }, { action: "accept" })),
  ];
  await session.post(answer);
  assert.deepEqual((await stream.next()).result.structuredContent, { said: { action: "cancel" } });
  strays.push(await session.post(answer), await session.server.post(answer));
  for (const stray of strays) assert.equal(stray.status, 202);
  const metrics = await (await session.server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /car_stray_responses_total 4/);
});

Deno.test("ask() gives up after its time and tells the client so", async () => {
  const clock = new FakeClock();
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
    clock,
  });
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const question = await stream.next();
  // A person may take longer than a call may: the call's own minute does not run meanwhile.
  clock.advance(599_000);
  clock.advance(2_000);
  const cancelled = await stream.next();
  assert.equal(cancelled.method, "notifications/cancelled");
  assert.equal(cancelled.params.requestId, question.id);
  const { result } = await stream.next();
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /did not answer within 600000 ms/);
});

Deno.test("a server full of calls that wait for their clients still takes the answers", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
    environment: { CAR_LIMITS_PROCESS_REQUESTS_MAX: "2" },
  });
  const streams = [];
  for (const id of [1, 2, 3]) {
    streams.push(new SseReader(await session.post(call("asks", {}, id), TAKES_STREAMS)));
  }
  for (const stream of streams) {
    const accepted = await session.post(answerTo(await stream.next(), { action: "cancel" }));
    assert.equal(accepted.status, 202);
    assert.equal((await stream.next()).result.structuredContent.said.action, "cancel");
  }
});

Deno.test("ask() hands on what was asked for and nothing else", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)], {
    capabilities: { elicitation: {} },
  });
  const stream = new SseReader(await session.post(call("asks"), TAKES_STREAMS));
  const content = JSON.parse('{"name":"Ada","admin":true,"__proto__":{"age":1}}');
  await session.post(answerTo(await stream.next(), { action: "accept", content }));
  assert.deepEqual((await stream.next()).result.structuredContent, {
    said: { action: "accept", content: { name: "Ada" } },
  });
});

Deno.test("ask() refuses answers that are no list of roots and no message", async () => {
  const tools = [
    talkingTool("roots", (context) => context.ask({ kind: "roots" })),
    talkingTool("model", (context) => context.ask({ kind: "sampling", params: {} })),
  ];
  await using session = await askingSession(tools, { capabilities: { roots: {}, sampling: {} } });
  const answers: [string, unknown, boolean][] = [
    ["roots", { roots: [{ uri: "file:///a" }, { name: "no uri" }] }, true],
    ["roots", { roots: "file:///a" }, true],
    ["model", { content: "text" }, true],
    ["model", { role: "assistant", model: "m", content: [{ type: "text", text: "t" }] }, false],
  ];
  for (const [tool, answer, isRefused] of answers) {
    const stream = new SseReader(await session.post(call(tool), TAKES_STREAMS));
    await session.post(answerTo(await stream.next(), answer));
    assert.equal((await stream.next()).result.isError ?? false, isRefused, JSON.stringify(answer));
  }
});

Deno.test("ask() refuses a form that cannot be checked in time, and a question that is no JSON", async () => {
  const property = (field: unknown) => ({ type: "object", properties: { field } });
  const schemas = [
    { type: "string" },
    property({ type: "string", pattern: "^(a+)+$" }),
    property({ type: "string", oneOf: [{ pattern: "x" }] }),
    property({ $ref: "#/properties/other" }),
    property({ type: "string", format: "url" }),
    { ...property({ type: "string" }), propertyNames: { pattern: "^(a+)+$" } },
  ];
  const tools = schemas.map((requestedSchema, at) =>
    talkingTool(
      `form${at}`,
      (context) => context.ask({ kind: "form", message: "m", requestedSchema }),
    )
  );
  tools.push(
    talkingTool(
      "bigint",
      (context) => context.ask({ kind: "sampling", params: { maxTokens: 1n } }),
    ),
  );
  await using session = await askingSession(tools, {
    capabilities: { elicitation: {}, sampling: {} },
  });
  for (const { wire: { name } } of tools) {
    const response = await session.post(call(name), TAKES_STREAMS);
    const text = await response.text();
    assert.match(text, /"isError":true/);
    assert.match(text, /requestedSchema|cannot be written as JSON/);
  }
});

Deno.test("a sessionless call cannot ask mcp:42", async () => {
  await using session = await askingSession([talkingTool("asks", askForm)]);
  const result = await resultOf(await session.server.post(call("asks"), TAKES_STREAMS));
  assert.equal(result.isError, true);
});

Deno.test("a tool that needs a page opened first answers with the error of the protocol", async () => {
  const elicitations = [{
    mode: "url",
    message: "m",
    url: "https://a.example/",
    elicitationId: "e",
  }];
  const needs = talkingTool("needs", () => {
    throw new CarError("elicitation_required", "Sign in first", { data: { elicitations } });
  });
  await using session = await askingSession([needs]);
  const { error } = await (await session.post(call("needs"))).json();
  assert.deepEqual(error, { code: -32042, message: "Sign in first", data: { elicitations } });
});
