import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import type { OutgoingMessage, RpcRequest } from "../../src/protocol/json_rpc.ts";
import type { CallContext } from "../../src/rpc/context.ts";
import type { MethodHandler } from "../../src/rpc/dispatcher.ts";
import type { RequestOutcome } from "../../src/rpc/peer.ts";
import { buildPeer, ORIGIN, request } from "../helpers/built_peer.ts";

function errorCodeOf(outcome: RequestOutcome): number | undefined {
  return outcome.kind !== "cancelled" && "error" in outcome.response
    ? outcome.response.error.code
    : undefined;
}

/** A handler that answers when it is told to, and its contexts. */
function waiting() {
  const answers: (() => void)[] = [];
  const contexts: CallContext[] = [];
  const handler: MethodHandler = (_params, context) => {
    contexts.push(context);
    return new Promise((resolve) => answers.push(() => resolve("done")));
  };
  return { answers, contexts, handler };
}

Deno.test("handleRequest() answers with the result and the id as it came mcp:26", async () => {
  const { peer } = buildPeer({ echo: () => ({ ok: true }) });
  for (const id of [0, "", -1, "7"]) {
    const outcome = await peer.handleRequest(request(id, "echo"), ORIGIN);
    assert.deepEqual(outcome, {
      kind: "response",
      response: { jsonrpc: "2.0", id, result: { ok: true } },
    });
  }
});

Deno.test("handleRequest() refuses an id that is in flight and leaves the first alone mcp:32", async () => {
  const { answers, handler } = waiting();
  const { peer } = buildPeer({ wait: handler });
  const first = peer.handleRequest(request(1), ORIGIN);
  const second = await peer.handleRequest(request(1), ORIGIN);
  assert.equal(second.kind, "refused");
  assert.equal(errorCodeOf(second), -32600);
  const other = peer.handleRequest(request("1"), ORIGIN);
  for (const answer of answers) answer();
  assert.equal((await first).kind, "response");
  assert.equal((await other).kind, "response");
  assert.equal(peer.running, 0);
});

Deno.test("handleRequest() refuses more requests than the bound", async () => {
  const { answers, handler } = waiting();
  const { peer } = buildPeer({ wait: handler }, { sessionRequestsMax: 1 });
  const first = peer.handleRequest(request(1), ORIGIN);
  assert.equal(errorCodeOf(await peer.handleRequest(request(2), ORIGIN)), -32000);
  answers[0]?.();
  await first;
});

Deno.test("takeUpTo() gives a call another time, before it waits and while it does", async () => {
  const { contexts, handler } = waiting();
  const long: MethodHandler = (params, context) => {
    context.takeUpTo(1_000);
    return handler(params, context);
  };
  const { clock, peer } = buildPeer({ long }, { callMs: 100 });
  const running = peer.handleRequest(request(1, "long"), ORIGIN);
  const signal = contexts[0]?.signal;
  clock.advance(900);
  assert.equal(signal?.aborted, false);
  contexts[0]?.takeUpTo(500);
  clock.advance(499);
  assert.equal(signal?.aborted, false);
  clock.advance(2);
  const outcome = await running;
  assert.ok(outcome.kind === "response" && "error" in outcome.response);
  assert.equal(outcome.response.error.message, "Request timed out after 500 ms");
});

Deno.test("handleRequest() ends a call at its deadline and aborts its signal", async () => {
  const { contexts, handler } = waiting();
  const { clock, peer } = buildPeer({ wait: handler }, { callMs: 100 });
  const running = peer.handleRequest(request(1), ORIGIN);
  const signal = contexts[0]?.signal;
  clock.advance(99);
  assert.equal(signal?.aborted, false);
  clock.advance(2);
  assert.equal(signal?.aborted, true);
  assert.equal(errorCodeOf(await running), -32000);
  assert.equal(peer.running, 0);
});

Deno.test("progress() tells a total that is a number alone", async () => {
  const { peer } = buildPeer({
    counts: (_params, context) => {
      for (const [at, total] of [Infinity, NaN, 5].entries()) {
        context.progress({ progress: at, total });
      }
    },
  });
  const said: OutgoingMessage[] = [];
  const outlet = {
    send: (message: OutgoingMessage) => said.push(message) > 0,
    disconnect: () => false,
  };
  const params = { _meta: { progressToken: "t" } };
  await peer.handleRequest({ ...request(1, "counts"), params }, ORIGIN, outlet);
  assert.deepEqual(said.map(({ params }) => params), [
    { progressToken: "t", progress: 0 },
    { progressToken: "t", progress: 1 },
    { progressToken: "t", progress: 2, total: 5 },
  ]);
});

Deno.test("handleNotification() cancels the request it names mcp:69", async () => {
  const { answers, contexts, handler } = waiting();
  const { peer } = buildPeer({ wait: handler });
  const running = peer.handleRequest(request(0), ORIGIN);
  const method = "notifications/cancelled";
  peer.handleNotification({ jsonrpc: "2.0", method, params: { requestId: "0" } });
  assert.equal(contexts[0]?.signal.aborted, false);
  peer.handleNotification({ jsonrpc: "2.0", method, params: { requestId: 0 } });
  assert.equal((await running).kind, "cancelled");
  assert.equal(contexts[0]?.signal.aborted, true);
  const next = peer.handleRequest(request(0), ORIGIN);
  // The late answer of the cancelled call must not end the new one.
  answers[0]?.();
  await Promise.resolve();
  assert.equal(peer.running, 1);
  answers[1]?.();
  assert.equal((await next).kind, "response");
});

Deno.test("handleNotification() reports what a listener of the signal throws, and goes on", async () => {
  const { contexts, handler } = waiting();
  const { faults, peer } = buildPeer({ wait: handler });
  const running = peer.handleRequest(request(1), ORIGIN);
  const signal = contexts[0]?.signal;
  assert.ok(signal instanceof AbortSignal);
  const heard: unknown[] = [];
  const removed = () => heard.push("removed");
  const kept = function (this: unknown) {
    heard.push(this === signal ? "kept" : this);
  };
  signal.addEventListener("abort", removed);
  signal.removeEventListener("abort", removed);
  signal.addEventListener("abort", () => {
    throw new Error("function");
  }, { once: true });
  signal.addEventListener("abort", {
    handleEvent() {
      throw new Error("object");
    },
  });
  signal.addEventListener("abort", () => Promise.reject(new Error("promise")));
  signal.onabort = () => {
    throw new Error("onabort");
  };
  for (const _twice of [1, 2]) signal.addEventListener("abort", kept);
  const method = "notifications/cancelled";
  peer.handleNotification({ jsonrpc: "2.0", method, params: { requestId: 1 } });
  assert.equal((await running).kind, "cancelled");
  assert.deepEqual(heard, ["kept"]);
  assert.deepEqual(faults.map(String).toSorted(), [
    "Error: function",
    "Error: object",
    "Error: onabort",
    "Error: promise",
  ]);
});

Deno.test("a listener that is taken away or replaced through onabort is not run", () => {
  const { contexts, handler } = waiting();
  const { faults, peer } = buildPeer({ wait: handler });
  void peer.handleRequest(request(1), ORIGIN);
  const signal = contexts[0]?.signal;
  assert.ok(signal !== undefined);
  const fails = () => {
    throw new Error("no");
  };
  signal.onabort = fails;
  assert.equal(signal.onabort, fails);
  signal.onabort = null;
  assert.equal(signal.onabort, null);
  peer.close();
  assert.equal(signal.aborted, true);
  assert.deepEqual(faults, []);
});

Deno.test("handleRequest() answers -32601 for an unknown method, also one named like a member mcp:48", async () => {
  const { peer } = buildPeer({});
  for (const method of ["foo/bar", "constructor", "__proto__"]) {
    assert.equal(errorCodeOf(await peer.handleRequest(request(1, method), ORIGIN)), -32601);
  }
});

Deno.test("handleRequest() hides faults and reports them once", async () => {
  const { peer, faults } = buildPeer({
    fails: () => {
      throw new Error("secret detail");
    },
  });
  const outcome = await peer.handleRequest(request(1, "fails"), ORIGIN);
  assert.equal(errorCodeOf(outcome), -32603);
  assert.doesNotMatch(JSON.stringify(outcome), /secret/);
  assert.equal(faults.length, 1);
});

Deno.test("request() gets its answer once; late, unknown and repeated ones are told apart mcp:50 mcp:51", async () => {
  const { peer, sent } = buildPeer({});
  const asked = peer.request("roots/list");
  const id = (sent[0] as RpcRequest).id;
  assert.equal(peer.handleResponse({ jsonrpc: "2.0", id: 999, result: {} }), false);
  assert.equal(peer.handleResponse({ jsonrpc: "2.0", id: String(id), result: {} }), false);
  assert.equal(peer.handleResponse({ jsonrpc: "2.0", id, result: { roots: [] } }), true);
  assert.deepEqual(await asked, { roots: [] });
  assert.equal(peer.handleResponse({ jsonrpc: "2.0", id, result: {} }), false);
});

Deno.test("request() rejects on an error, a deadline, an abort and the end", async () => {
  const { clock, deadlines, peer, sent } = buildPeer({}, { outgoingRequestMs: 50 });
  const isCode = (code: string) => (error: unknown) =>
    error instanceof CarError && error.code === code;
  const failed = peer.request("a");
  const id = (sent[0] as RpcRequest).id;
  peer.handleResponse({ jsonrpc: "2.0", id, error: { code: -1, message: "no" } });
  await assert.rejects(failed, isCode("conflict"));
  const late = peer.request("b");
  clock.advance(60);
  await assert.rejects(late, isCode("deadline_exceeded"));
  const controller = new AbortController();
  const aborted = peer.request("c", {}, { signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, isCode("cancelled"));
  const closed = peer.request("d");
  peer.close();
  peer.close();
  await assert.rejects(closed, isCode("closed"));
  await assert.rejects(peer.request("e"), isCode("closed"));
  assert.equal(deadlines.size, 0);
});

Deno.test("request() hears progress under its own id, as long as it waits, if it asked for it", async () => {
  const { peer, sent } = buildPeer({});
  const heard: unknown[] = [];
  const onProgress = (progress: unknown) => void heard.push(progress);
  const report = (params: Record<string, unknown>) =>
    peer.handleNotification({ jsonrpc: "2.0", method: "notifications/progress", params });
  const asked = peer.request("a", { _meta: { kept: 1 }, b: 2 }, { onProgress });
  const unasked = peer.request("b");
  const [first, second] = sent as RpcRequest[];
  assert.deepEqual(first?.params, { _meta: { kept: 1, progressToken: first?.id }, b: 2 });
  assert.equal(second?.params, undefined);
  report({ progressToken: first?.id, progress: 0, total: 5, message: "begun" });
  report({ progressToken: first?.id, progress: "1" });
  report({ progressToken: first?.id, progress: 2, total: "5", message: 7 });
  report({ progressToken: second?.id, progress: 1 });
  report({ progressToken: { id: 1 }, progress: 1 });
  assert.deepEqual(heard, [{ progress: 0, total: 5, message: "begun" }, { progress: 2 }]);
  for (const { id } of [first, second] as RpcRequest[]) {
    peer.handleResponse({ jsonrpc: "2.0", id, result: {} });
  }
  await Promise.all([asked, unasked]);
  report({ progressToken: first?.id, progress: 3 });
  assert.equal(heard.length, 2);
});

Deno.test("request() refuses to have more questions waiting than the bound", async () => {
  const { peer } = buildPeer({}, { outgoingRequestsMax: 1 });
  const first = peer.request("a");
  await assert.rejects(peer.request("b"), { code: "limit_reached" });
  peer.close();
  await assert.rejects(first, { code: "closed" });
});

Deno.test("close() ends running calls without an answer", async () => {
  const { handler } = waiting();
  const { deadlines, peer } = buildPeer({ wait: handler });
  const running = peer.handleRequest(request(1), ORIGIN);
  peer.close();
  assert.equal((await running).kind, "cancelled");
  assert.equal(deadlines.size, 0);
});
