// What a state of a call that asks is bound to, and how often anything in it counts.

import assert from "node:assert/strict";
import { limitsWith } from "../../src/base/limits.ts";
import type { JsonObject } from "../../src/protocol/json_rpc.ts";
import { NEWEST_REVISION } from "../../src/protocol/revisions.ts";
import type { CallOrigin } from "../../src/rpc/context.ts";
import { InputRounds, type RoundOutcome } from "../../src/rpc/input_rounds.ts";
import type { FormQuestion } from "../../src/rpc/questions.ts";
import { builtRounds } from "../helpers/built_rounds.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

const YES = { action: "accept", content: { yes: true } };
const ORIGIN: CallOrigin = {
  principal: { id: "ada" },
  revision: NEWEST_REVISION,
  namespace: "home",
  project: "/work",
};

function form(message: string): FormQuestion {
  const properties = { yes: { type: "boolean" } };
  return { kind: "form", message, requestedSchema: { type: "object", properties } };
}

/** Rounds of calls to one server. */
function rounds() {
  const parts = builtRounds(new FakeClock(), limitsWith());
  return (params: JsonObject = {}, { origin = ORIGIN, method = "tools/call" } = {}) =>
    new InputRounds(
      { jsonrpc: "2.0", id: 1, method, params: { name: "t", ...params } },
      origin,
      parts,
    );
}

function stateOf(outcome: RoundOutcome): JsonObject {
  assert.equal(outcome.kind, "input_required");
  return { requestState: outcome.kind === "input_required" ? outcome.result.requestState : "" };
}

Deno.test("a state opens for its principal, method, namespace and project alone mcp:130", async () => {
  const start = rounds();
  const state = stateOf(await start().ask({ a: form("?") }));
  const others = [
    { origin: { ...ORIGIN, principal: { id: "bob" } } },
    { origin: { ...ORIGIN, namespace: "other" } },
    { origin: { ...ORIGIN, project: "/else" } },
    { method: "prompts/get" },
  ];
  for (const other of others) {
    assert.throws(() => start(state, other), { code: "invalid_argument" });
  }
  assert.ok(start(state));
});

Deno.test("an answer is one to the question that was asked, and to no other", async () => {
  const start = rounds();
  const state = stateOf(await start().ask({ a: form("Delete A?") }));
  const answered = { ...state, inputResponses: { a: YES } };
  const outcome = await start(answered).ask({ a: form("Delete B?") });
  assert.equal(outcome.kind, "input_required");
});

Deno.test("an earlier answer is dropped, with all behind it, where another question stands now", async () => {
  const start = rounds();
  const first = stateOf(await start().ask({ a: form("one") }));
  const second = start({ ...first, inputResponses: { a: YES } });
  assert.equal((await second.ask({ a: form("one") })).kind, "answered");
  const both = stateOf(await second.ask({ b: form("two") }));
  const third = start({ ...both, inputResponses: { b: YES } });
  const outcome = await third.ask({ a: form("changed") });
  assert.equal(outcome.kind, "input_required");
});

Deno.test("a state is of no use after an answer was taken from it, also an earlier one mcp:131", async () => {
  const start = rounds();
  const first = stateOf(await start().ask({ a: form("one") }));
  const second = start({ ...first, inputResponses: { a: YES } });
  await second.ask({ a: form("one") });
  const state = stateOf(await second.ask({ b: form("two") }));
  // What was answered may be all that a handler needs now.
  assert.equal((await start(state).ask({ a: form("one") })).kind, "answered");
  await assert.rejects(start(state).ask({ a: form("one") }), { code: "invalid_argument" });
});

Deno.test("half an answer does not make two states of one mcp:131", async () => {
  const start = rounds();
  const questions = { a: form("a"), b: form("b") };
  const first = stateOf(await start().ask(questions));
  const half = { ...first, inputResponses: { a: YES } };
  const second = stateOf(await start(half).ask(questions));
  await assert.rejects(start(half).ask(questions), { code: "invalid_argument" });
  const whole = { ...first, inputResponses: { a: YES, b: YES } };
  await assert.rejects(start(whole).ask(questions), { code: "invalid_argument" });
  const done = await start({ ...second, inputResponses: { b: YES } }).ask(questions);
  assert.deepEqual(done, { kind: "answered", answers: { a: YES, b: YES } });
});

Deno.test("a new answer to what was answered takes its place", async () => {
  const start = rounds();
  const questions = { a: form("a"), b: form("b") };
  const first = stateOf(await start().ask(questions));
  const second = stateOf(
    await start({ ...first, inputResponses: { a: YES } }).ask(questions),
  );
  const no = { action: "decline" };
  const done = await start({ ...second, inputResponses: { a: no, b: YES } }).ask(questions);
  assert.deepEqual(done, { kind: "answered", answers: { a: no, b: YES } });
});

Deno.test("what was marked stays so over the rounds, and not for who brings the state again", async () => {
  const start = rounds();
  const first = start();
  assert.equal(first.isMarked("counted"), false);
  first.mark("counted");
  assert.equal(first.isMarked("counted"), true);
  const state = stateOf(await first.ask({ a: form("?") }));
  const second = start(state);
  assert.deepEqual([second.isMarked("counted"), second.isMarked("other")], [true, false]);
  assert.throws(() => start(state).isMarked("counted"), { code: "invalid_argument" });
});

Deno.test("a handler that goes on after a refused state is given nothing of it mcp:131", async () => {
  const start = rounds();
  const first = stateOf(await start().ask({ a: form("one") }));
  const second = start({ ...first, inputResponses: { a: YES } });
  await second.ask({ a: form("one") });
  const state = stateOf(await second.ask({ b: form("two") }));
  const taken = { ...state, inputResponses: { b: YES } };
  const asked = (call: InputRounds) =>
    Promise.allSettled([call.ask({ a: form("one") }), call.ask({ b: form("two") })]);
  const statuses = (await asked(start(taken))).map(({ status }) => status);
  assert.deepEqual(statuses, ["fulfilled", "fulfilled"]);
  const again = (await asked(start(taken))).map(({ status }) => status);
  assert.deepEqual(again, ["rejected", "rejected"]);
});
