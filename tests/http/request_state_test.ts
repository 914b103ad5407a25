// What a stateless client carries from one round of a call to the next: who may use it, when, how often.

import assert from "node:assert/strict";
import { ADA, asking, WHO } from "../helpers/asking_rounds.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { postModern } from "../helpers/modern_client.ts";
import { tempHome } from "../helpers/temp_home.ts";
import type { Talk } from "../helpers/talking_tool.ts";
import { assertRpcError, resultOf } from "../helpers/test_app.ts";

Deno.test("a state that was changed by one character is refused before the handler runs mcp:130", async () => {
  const { server, send, first, runs } = await asking((context) => context.ask(WHO));
  await using _server = server;
  const { requestState } = await first();
  const before = runs.length;
  for (let at = 0; at < requestState.length; at += 7) {
    const other = requestState[at] === "A" ? "B" : "A";
    const changed = requestState.slice(0, at) + other + requestState.slice(at + 1);
    const sent = { requestState: changed, inputResponses: { answer: ADA } };
    await assertRpcError(await send(sent), 200, -32602);
  }
  for (const requestState of [7, null, {}, "", "x".repeat(2_000_000)]) {
    await assertRpcError(await send({ requestState }), 200, -32602);
  }
  assert.equal(runs.length, before);
});

Deno.test("a state is good for its call, its arguments and its place alone mcp:130", async () => {
  const { server, send, first, runs } = await asking((context) => context.ask(WHO));
  await using _server = server;
  const { requestState } = await first();
  const before = runs.length;
  const sent = { requestState, inputResponses: { answer: ADA } };
  const elsewhere = [
    await send({ ...sent, arguments: {} }),
    await send(sent, { headers: { "car-namespace": "other" } }),
    await send({ ...sent, more: 1 }),
    await postModern(server, "tools/call", {
      name: "memory_query",
      arguments: { query: "x" },
      ...sent,
    }),
  ];
  for (const response of elsewhere) await assertRpcError(response, 200, -32602);
  assert.equal(runs.length, before);
  assert.equal((await resultOf(await send(sent))).resultType, "complete");
});

Deno.test("a state of another installation is refused mcp:130", async () => {
  const ask: Talk = (context) => context.ask(WHO);
  const one = await asking(ask);
  const other = await asking(ask);
  await using _one = one.server;
  await using _other = other.server;
  const { requestState } = await one.first();
  await assertRpcError(await other.send({ requestState }), 200, -32602);
});

Deno.test("a state is refused once the time to answer is over mcp:130", async () => {
  const clock = new FakeClock();
  const { server, send, first } = await asking((context) => context.ask(WHO), { clock });
  await using _server = server;
  const { requestState } = await first();
  clock.advance(600_000);
  const sent = { requestState, inputResponses: { answer: ADA } };
  await assertRpcError(await send(sent), 200, -32602);
});

Deno.test("a state is taken once, also of two calls at the same time mcp:131", async () => {
  let effects = 0;
  const { server, send, first } = await asking(async (context) => {
    await context.ask(WHO);
    return ++effects;
  });
  await using _server = server;
  const { requestState } = await first();
  const sent = { requestState, inputResponses: { answer: ADA } };
  const answers = await Promise.all([send(sent), send(sent), send(sent)]);
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  assert.deepEqual(bodies.map((body) => body.error?.code).sort(), [-32602, -32602, undefined]);
  assert.equal(effects, 1);
});

Deno.test("a state is answered after a restart, once mcp:128 mcp:131", async () => {
  using home = tempHome();
  const environment = { CAR_HOME: home.path };
  const talk: Talk = (context) => context.ask(WHO);
  let sent: Record<string, unknown> = {};
  {
    const { server, first } = await asking(talk, { environment });
    await using _server = server;
    const { requestState } = await first();
    sent = { requestState, inputResponses: { answer: ADA } };
  }
  for (const code of [undefined, -32602, -32602]) {
    const { server, send } = await asking(talk, { environment });
    await using _server = server;
    assert.equal((await (await send(sent)).json()).error?.code, code);
  }
});
