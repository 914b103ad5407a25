// Calls that ask a stateless client: the question is the answer, and the call is made again.

import assert from "node:assert/strict";
import type { Question } from "../../src/rpc/questions.ts";
import { CarError } from "../../src/base/errors.ts";
import { ADA, asking, WHO } from "../helpers/asking_rounds.ts";
import { FORM_SCHEMA } from "../helpers/asking_session.ts";
import { messagesOf } from "../helpers/modern_client.ts";
import type { Talk } from "../helpers/talking_tool.ts";
import { assertRpcError, resultOf } from "../helpers/test_app.ts";

const SAMPLING: Question = {
  kind: "sampling",
  params: { messages: [{ role: "user", content: { type: "text", text: "Hi" } }], maxTokens: 9 },
};
const GRACE = { action: "accept", content: { name: "Grace" } };
const ROOTS = { roots: [{ uri: "file:///tmp" }] };
const SAID = { role: "assistant", content: { type: "text", text: "Hello" }, model: "m" };

const askBoth: Talk = (context) => context.askAll({ user_name: WHO, folders: { kind: "roots" } });
const askTwice: Talk = async (context) => [
  await context.ask(WHO),
  await context.ask({ ...WHO, message: "And who else?" }),
];

Deno.test("a call that asks answers input_required with its keys, and completes with the answers mcp:127 mcp:128", async () => {
  const { server, send, first } = await asking(askBoth);
  await using _server = server;
  const { resultType, inputRequests, requestState, _meta, ...rest } = await first();
  assert.equal(resultType, "input_required");
  assert.deepEqual(rest, {});
  assert.ok("io.modelcontextprotocol/serverInfo" in _meta);
  assert.deepEqual(inputRequests, {
    user_name: {
      method: "elicitation/create",
      params: { mode: "form", message: "Who are you?", requestedSchema: FORM_SCHEMA },
    },
    folders: { method: "roots/list" },
  });
  const inputResponses = { user_name: ADA, folders: ROOTS };
  const done = await resultOf(await send({ requestState, inputResponses }));
  assert.equal(done.resultType, "complete");
  assert.deepEqual(done.structuredContent.said, inputResponses);
});

Deno.test("a handler that asks twice takes two rounds and is given the first answer again mcp:128", async () => {
  const { server, send, first, runs } = await asking(askTwice);
  await using _server = server;
  const one = await first();
  const two = await resultOf(
    await send({ requestState: one.requestState, inputResponses: { answer: ADA } }),
  );
  assert.equal(two.inputRequests.answer.params.message, "And who else?");
  assert.notEqual(two.requestState, one.requestState);
  const three = await resultOf(
    await send({ requestState: two.requestState, inputResponses: { answer: GRACE } }),
  );
  assert.deepEqual(three.structuredContent.said, [ADA, GRACE]);
  assert.equal(runs.length, 3);
});

Deno.test("questions put side by side are answered one round after the other mcp:128", async () => {
  const side: Talk = (context) => Promise.all([context.ask(WHO), context.ask({ kind: "roots" })]);
  const { server, send, first } = await asking(side);
  await using _server = server;
  let result = await first();
  for (const answer of [ADA, ROOTS]) {
    assert.equal(result.resultType, "input_required");
    const { requestState } = result;
    result = await resultOf(await send({ requestState, inputResponses: { answer } }));
  }
  assert.deepEqual(result.structuredContent.said, [ADA, ROOTS]);
});

Deno.test("what the client leaves out is asked again, what it answered is kept mcp:129", async () => {
  const { server, send, first } = await asking(askBoth);
  await using _server = server;
  const { requestState } = await first();
  const again = await resultOf(await send({ requestState }));
  assert.deepEqual(Object.keys(again.inputRequests), ["user_name", "folders"]);
  const half = await resultOf(
    await send({ requestState: again.requestState, inputResponses: { user_name: ADA } }),
  );
  assert.deepEqual(Object.keys(half.inputRequests), ["folders"]);
  const done = await resultOf(
    await send({ requestState: half.requestState, inputResponses: { folders: ROOTS } }),
  );
  assert.deepEqual(done.structuredContent.said, { user_name: ADA, folders: ROOTS });
});

Deno.test("answers to what was not asked are ignored mcp:129", async () => {
  const { server, send, first } = await asking((context) => context.ask(WHO));
  await using _server = server;
  const { requestState } = await first();
  const inputResponses = { other: ADA, constructor: 7, answer: ADA };
  const done = await resultOf(await send({ requestState, inputResponses }));
  assert.deepEqual(done.structuredContent.said, ADA);
  // Nobody can answer in advance.
  const early = await resultOf(await send({ inputResponses: { answer: ADA } }));
  assert.equal(early.resultType, "input_required");
});

Deno.test("a question may take an answer that comes with the first call mcp:129", async () => {
  const talk: Talk = async (context) => [
    await context.askAll({ who: WHO }, { takesUnasked: true }),
    await context.askAll({ who: WHO }, { takesUnasked: true }),
  ];
  const { server, send } = await asking(talk);
  await using _server = server;
  const inputResponses = { who: ADA, more: 7 };
  // The answer is one to the first question, and not to the same one later.
  const { requestState } = await resultOf(await send({ inputResponses }));
  const done = await resultOf(await send({ requestState, inputResponses: { who: GRACE } }));
  assert.deepEqual(done.structuredContent.said, [{ who: ADA }, { who: GRACE }]);
});

Deno.test("answers that are none are an error, after which the right ones are taken mcp:129", async () => {
  const { server, send, first } = await asking((context) => context.ask(WHO));
  await using _server = server;
  const { requestState } = await first();
  const wrong = [7, null, [], {}, { action: "maybe" }, { action: "accept", content: { age: -1 } }];
  for (const answer of wrong) {
    const { error } = await assertRpcError(
      await send({ requestState, inputResponses: { answer } }),
      200,
      -32602,
    );
    assert.ok(error.message.includes('"answer"'), error.message);
  }
  for (const inputResponses of ["text", [], 7, null]) {
    await assertRpcError(await send({ requestState, inputResponses }), 200, -32602);
  }
  const done = await resultOf(await send({ requestState, inputResponses: { answer: ADA } }));
  assert.deepEqual(done.structuredContent.said, ADA);
});

Deno.test("a handler that asks for ever is ended after a number of rounds", async () => {
  const { server, send, first } = await asking(async (context) => {
    while (true) await context.ask(WHO);
  });
  await using _server = server;
  let { requestState } = await first();
  for (let round = 2; round <= 16; round++) {
    const sent = { requestState, inputResponses: { answer: ADA } };
    ({ requestState } = await resultOf(await send(sent)));
  }
  const sent = { requestState, inputResponses: { answer: ADA } };
  await assertRpcError(await send(sent), 200, -32603);
});

Deno.test("what the client did not declare is -32021 under 400, and nothing is asked mcp:126", async () => {
  const questions: [Question, Record<string, unknown>, Record<string, unknown>][] = [
    [SAMPLING, { elicitation: {} }, { sampling: {} }],
    [WHO, { sampling: {} }, { elicitation: { form: {} } }],
    [{ kind: "roots" }, {}, { roots: {} }],
  ];
  for (const [question, capabilities, required] of questions) {
    const { server, send } = await asking((context) => context.ask(question));
    await using _server = server;
    const { error } = await assertRpcError(await send({}, { capabilities }), 400, -32021);
    assert.deepEqual(error.data, { requiredCapabilities: required });
  }
});

Deno.test("a page that has to be opened first is asked for, as long as it was not mcp:127", async () => {
  let isOpened = false;
  const page = { mode: "url", message: "Sign in", url: "https://example.org/", elicitationId: "e" };
  const { server, send, first } = await asking(() => {
    if (isOpened) return "in";
    const data = { elicitations: [page] };
    throw new CarError("elicitation_required", "Sign in first", { data });
  });
  await using _server = server;
  const { inputRequests, requestState } = await first();
  const { message, url } = page;
  const page_1 = { method: "elicitation/create", params: { mode: "url", message, url } };
  assert.deepEqual(inputRequests, { page_1 });
  const sent = { inputResponses: { page_1: { action: "accept" } } };
  const again = await resultOf(await send({ ...sent, requestState }));
  assert.deepEqual(again.inputRequests, { page_1 });
  isOpened = true;
  const done = await resultOf(await send({ ...sent, requestState: again.requestState }));
  assert.equal(done.structuredContent.said, "in");
});

Deno.test("no stateless call brings a request of the server mcp:133", async () => {
  const talk: Talk = async (context) => {
    context.progress({ progress: 1 });
    context.log("error", "asking");
    return [await context.ask(SAMPLING), context.elicitationComplete("e"), context.disconnect()];
  };
  const { server, send } = await asking(talk);
  await using _server = server;
  const options = { progressToken: 1, logLevel: "debug" };
  const messages = await messagesOf(await send({}, options));
  const { requestState } = messages.at(-1).result;
  const sent = { requestState, inputResponses: { answer: SAID } };
  messages.push(...await messagesOf(await send(sent, options)));
  assert.deepEqual(messages.filter((message) => "method" in message && "id" in message), []);
  assert.deepEqual(messages.at(-1).result.structuredContent.said, [SAID, false, false]);
});

Deno.test("a call that ends by asking aborts the signal of its handler", async () => {
  const aborted = Promise.withResolvers<unknown>();
  const talk: Talk = (context) => {
    context.signal.addEventListener("abort", () => aborted.resolve(context.signal.reason));
    return context.ask(WHO);
  };
  const { server, first } = await asking(talk);
  await using _server = server;
  await first();
  assert.equal(await aborted.promise, "suspended");
});

Deno.test("a round that asks is no call of its own and no fault, and gives back what it held", async () => {
  let held = 0;
  const { server, send, first } = await asking(async (context) => {
    held++;
    try {
      return await context.ask(WHO);
    } finally {
      held--;
    }
  });
  await using _server = server;
  const { requestState } = await first();
  await resultOf(await send({ requestState, inputResponses: { answer: ADA } }));
  assert.equal(held, 0);
  const metrics = await (await server.send("GET", {}, "/metrics")).text();
  assert.match(metrics, /^car_tool_calls_total\{tool="ask",outcome="ok"\} 1$/m);
  assert.match(metrics, /^car_tool_rounds_asked_total 1$/m);
  assert.match(metrics, /^car_faults_total 0$/m);
  assert.doesNotMatch(metrics, /tool="ask",outcome="(fault|tool_error|refused)"/);
});
