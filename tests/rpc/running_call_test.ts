// What a call may still say and ask at its edges: after it was ended, while it waits, and after that.

import assert from "node:assert/strict";
import type { OutgoingMessage, RpcRequest } from "../../src/protocol/json_rpc.ts";
import type { CallContext } from "../../src/rpc/context.ts";
import type { MethodHandler } from "../../src/rpc/dispatcher.ts";
import { buildPeer, ORIGIN, request } from "../helpers/built_peer.ts";

const ASKED = {
  ...ORIGIN,
  capabilities: { roots: {} },
  logging: { level: "info" as const },
};
const ROOTS = { kind: "roots" as const };
const LIMITS = { callMs: 100, answerMs: 1_000 };

/** Lets promises that are settled be heard. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A call of this handler on a peer of its own, with what it said. */
function runningCall(handler: MethodHandler) {
  const built = buildPeer({ runs: handler }, LIMITS);
  const said: OutgoingMessage[] = [];
  const outlet = {
    send: (message: OutgoingMessage) => said.push(message) > 0,
    disconnect: () => false,
  };
  const outcome = Promise.resolve(built.peer.handleRequest(request(1, "runs"), ASKED, outlet));
  const questions = () =>
    said.filter((message): message is RpcRequest => message.method === "roots/list");
  const answer = (at: number) => {
    const id = questions()[at]?.id ?? "none";
    return built.peer.handleResponse({ jsonrpc: "2.0", id, result: { roots: [] } });
  };
  const isRunning = () => built.peer.running === 1;
  return { ...built, said, outcome, questions, answer, isRunning };
}

Deno.test("a call that was cancelled says and asks nothing more, not even while it hears of it", async () => {
  const contexts: CallContext[] = [];
  const logged: boolean[] = [];
  const { peer, said, outcome, deadlines } = runningCall((_params, context) => {
    contexts.push(context);
    context.signal.addEventListener("abort", () => logged.push(context.log("error", "late")));
    return new Promise(() => {});
  });
  const method = "notifications/cancelled";
  peer.handleNotification({ jsonrpc: "2.0", method, params: { requestId: 1 } });
  assert.equal((await outcome).kind, "cancelled");
  assert.deepEqual(logged, [false]);
  await assert.rejects(contexts[0]?.ask(ROOTS) ?? Promise.resolve(), { code: "cancelled" });
  assert.deepEqual(said, []);
  assert.equal(deadlines.size, 0);
});

Deno.test("the time of a call stands still until the last of its questions is answered", async () => {
  const { clock, answer, outcome, isRunning } = runningCall(async (_params, context) => {
    await settled();
    await Promise.all([context.ask(ROOTS), context.ask(ROOTS)]);
    await new Promise(() => {});
  });
  clock.advance(99);
  await settled();
  clock.advance(200);
  assert.equal(isRunning(), true);
  answer(0);
  await settled();
  clock.advance(200);
  assert.equal(isRunning(), true);
  answer(1);
  await settled();
  clock.advance(99);
  assert.equal(isRunning(), true);
  clock.advance(2);
  assert.equal(isRunning(), false);
  const ended = await outcome;
  assert.ok(ended.kind === "response" && "error" in ended.response);
  assert.match(ended.response.error.message, /timed out after 100 ms/);
});

Deno.test("a call that is over leaves no deadline behind, nor a question", async () => {
  const { outcome, deadlines, answer, said } = runningCall(async (_params, context) => {
    await settled();
    void context.ask(ROOTS);
    return "done";
  });
  assert.equal((await outcome).kind, "response");
  await settled();
  assert.equal(deadlines.size, 0);
  assert.deepEqual(said.map(({ method }) => method), ["roots/list", "notifications/cancelled"]);
  assert.equal(answer(0), false);
});

Deno.test("request() forgets a question that cannot be written, and puts none that is withdrawn", async () => {
  const { peer, sent, deadlines } = buildPeer({}, { outgoingRequestsMax: 1 });
  const send = (message: OutgoingMessage) => JSON.stringify(message) !== "";
  for (const _again of [1, 2]) {
    const unwritable = peer.request("a", { value: 1n }, { send });
    await assert.rejects(unwritable, { code: "invalid_argument" });
  }
  const signal = AbortSignal.abort();
  await assert.rejects(peer.request("b", {}, { signal }), { code: "cancelled" });
  assert.deepEqual(sent, []);
  assert.equal(deadlines.size, 0);
});
