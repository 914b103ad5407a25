// Calls that go on as tasks: who is given a handle, what it leads to, and how tasks end.

import assert from "node:assert/strict";
import { z } from "zod";
import { CarError } from "../../src/base/errors.ts";
import { defineTool } from "../../src/tools/definition.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { messagesOf, postModern } from "../helpers/modern_client.ts";
import type { Talk } from "../helpers/talking_tool.ts";
import { taskClient, TASKS } from "../helpers/task_client.ts";
import { assertRpcError, call, resultOf, testApp } from "../helpers/test_app.ts";

/** Work that becomes a task at once and ends when it is told to. */
function gatedWork() {
  const gate = Promise.withResolvers<unknown>();
  const talk: Talk = (context) => {
    context.becomeTask();
    return gate.promise;
  };
  return { talk, end: gate.resolve };
}

Deno.test("a call that becomes a task is answered with its handle, and kept with its result", async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const { talk, end } = gatedWork();
  await using client = await taskClient(talk, { clock });
  const { _meta, ...handle } = await client.work();
  const { taskId } = handle;
  assert.ok("io.modelcontextprotocol/serverInfo" in _meta);
  const members = {
    taskId,
    status: "working",
    createdAt: "2026-01-01T00:00:00.000Z",
    lastUpdatedAt: "2026-01-01T00:00:00.000Z",
    ttlMs: 3_600_000,
    pollIntervalMs: 1_000,
  };
  assert.deepEqual(handle, { resultType: "task", ...members });
  const { _meta: _working, ...working } = await client.get(taskId);
  assert.deepEqual(working, { resultType: "complete", ...members });
  clock.advance(5_000);
  end("done");
  await client.ended(taskId);
  const { _meta: _completed, result, ...completed } = await client.get(taskId);
  assert.deepEqual(completed, {
    resultType: "complete",
    ...members,
    status: "completed",
    lastUpdatedAt: "2026-01-01T00:00:05.000Z",
  });
  assert.deepEqual(result.structuredContent, { said: "done" });
  assert.equal(result.resultType, "complete");
});

Deno.test("a task keeps of a result only what may be kept", async () => {
  const erase = defineTool({
    name: "erase",
    title: "Erase",
    description: "Answers with what it has erased",
    input: z.object({}),
    run(_input, context) {
      context.requireTask();
      return { structured: { id: "frotz" }, kept: { id: "" } };
    },
  });
  await using server = await testApp({ tools: [erase] });
  const capabilities = TASKS;
  const params = { name: "erase", arguments: {} };
  const { taskId } = await resultOf(
    await postModern(server, "tools/call", params, { capabilities }),
  );
  const task = await resultOf(await postModern(server, "tasks/get", { taskId }, { capabilities }));
  assert.deepEqual([task.status, task.result.structuredContent], ["completed", { id: "" }]);
  assert.ok(!JSON.stringify(task).includes("frotz"));
});

Deno.test("a call that takes long becomes a task, one that does not stays a call", async () => {
  const clock = new FakeClock();
  const gate = Promise.withResolvers<string>();
  const entered = Promise.withResolvers<void>();
  const talk: Talk = () => {
    entered.resolve();
    return gate.promise;
  };
  const environment = { CAR_LIMITS_TASK_AFTER_MS: "5000", CAR_STREAMS_OPEN_AFTER_MS: "60000" };
  await using client = await taskClient(talk, { clock, environment });
  const startMs = clock.now();
  const answered = client.work();
  await entered.promise;
  for (let ms = 0; ms < 6_000; ms += 250) clock.advance(250);
  const { resultType, taskId, createdAt } = await answered;
  assert.equal(resultType, "task");
  const waitedMs = Date.parse(createdAt) - startMs;
  assert.ok(waitedMs >= 5_000 && waitedMs <= 5_500, `${waitedMs} ms`);
  gate.resolve("late");
  assert.equal((await client.ended(taskId)).result.structuredContent.said, "late");
  assert.equal((await client.work()).resultType, "complete");
});

Deno.test("a client that does not know tasks is answered by the call itself", async () => {
  const becomes: boolean[] = [];
  const talk: Talk = (context) => {
    becomes.push(context.becomeTask());
    return "done";
  };
  await using client = await taskClient(talk);
  const params = { name: "work", arguments: {}, task: { ttl: 60_000 } };
  for (const capabilities of [{}, { extensions: {} }, { tasks: {} }]) {
    const result = await resultOf(await client.send("tools/call", params, { capabilities }));
    assert.deepEqual([result.resultType, result.taskId], ["complete", undefined]);
  }
  const initialize = {
    ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
    params: {
      protocolVersion: "2025-11-25",
      capabilities: TASKS,
      clientInfo: { name: "t", version: "1" },
    },
  };
  const opened = await client.server.post(initialize);
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") };
  await opened.body?.cancel();
  const result = await resultOf(await client.server.post(call("work"), session));
  assert.equal(result.structuredContent.said, "done");
  assert.deepEqual(becomes, [false, false, false, false]);
});

Deno.test("what cannot be done within a call is refused to a client that does not know tasks", async () => {
  await using client = await taskClient((context) => context.requireTask());
  const params = { name: "work", arguments: {} };
  const refused = await client.send("tools/call", params, { capabilities: {} });
  const { error } = await assertRpcError(refused, 400, -32021);
  assert.deepEqual(error.data, { requiredCapabilities: TASKS });
  assert.equal((await client.work()).resultType, "task");
});

Deno.test("tasks/get, tasks/update and tasks/cancel are for clients that know tasks, and for their tasks", async () => {
  const { talk, end } = gatedWork();
  await using client = await taskClient(talk);
  const { taskId } = await client.work();
  for (const method of ["tasks/get", "tasks/update", "tasks/cancel"]) {
    const params = { taskId, inputResponses: {} };
    const undeclared = await client.send(method, params, { capabilities: { elicitation: {} } });
    const { error } = await assertRpcError(undeclared, 400, -32021);
    assert.deepEqual(error.data, { requiredCapabilities: TASKS });
    await assertRpcError(await client.send(method, { ...params, taskId: "none" }), 200, -32602);
    await assertRpcError(await client.send(method, { inputResponses: {} }), 200, -32602);
    const elsewhere = { headers: { "mcp-name": "other" } };
    await assertRpcError(await client.send(method, params, elsewhere), 400, -32020);
  }
  for (const method of ["tasks/list", "tasks/result"]) {
    await assertRpcError(await client.send(method, { taskId }), 404, -32601);
  }
  assert.equal((await client.get(taskId)).status, "working");
  end("done");
});

Deno.test("discover says that the server knows tasks, in the one way there is", async () => {
  await using server = await testApp();
  const { capabilities } = await resultOf(await postModern(server, "server/discover"));
  assert.deepEqual(capabilities.extensions, TASKS.extensions);
  assert.equal(capabilities.tasks, undefined);
});

Deno.test("cancelling ends a task and tells its work; one that has ended stays as it is", async () => {
  const aborted = Promise.withResolvers<void>();
  const talk: Talk = async (context) => {
    context.signal.addEventListener("abort", () => aborted.resolve());
    context.becomeTask();
    await aborted.promise;
    return "too late";
  };
  await using client = await taskClient(talk);
  const { taskId } = await client.work();
  for (let time = 0; time < 2; time++) {
    const { _meta, ...rest } = await resultOf(await client.send("tasks/cancel", { taskId }));
    assert.deepEqual(rest, { resultType: "complete" });
    const { status, result, error } = await client.get(taskId);
    assert.deepEqual([status, result, error], ["cancelled", undefined, undefined]);
    await aborted.promise;
  }
});

Deno.test("a tool that fails completes its task", async () => {
  const talk: Talk = (context) => {
    context.becomeTask();
    throw new Error("secret of the tool");
  };
  await using client = await taskClient(talk);
  const ended = await client.ended((await client.work()).taskId);
  assert.deepEqual([ended.status, ended.result.isError], ["completed", true]);
  assert.ok(!JSON.stringify(ended).includes("secret"));
});

Deno.test("a task that wants a page to be opened first fails with a code of its revision", async () => {
  const talk: Talk = (context) => {
    context.becomeTask();
    throw new CarError("elicitation_required", "Sign in first", { data: { elicitations: [] } });
  };
  await using client = await taskClient(talk);
  const { status, error } = await client.ended((await client.work()).taskId);
  assert.deepEqual([status, error], ["failed", { code: -32603, message: "Sign in first" }]);
});

Deno.test("a call that is over becomes no task, however late somebody wants it to", async () => {
  const clock = new FakeClock();
  const late = Promise.withResolvers<() => boolean>();
  const talk: Talk = async (context) => {
    late.resolve(() => context.becomeTask());
    await Promise.resolve();
    return "done";
  };
  const environment = { CAR_LIMITS_TASK_AFTER_MS: "1000" };
  await using client = await taskClient(talk, { clock, environment });
  assert.equal((await client.work()).resultType, "complete");
  clock.advance(10_000);
  assert.equal((await late.promise)(), false);
  const metrics = await (await client.server.send("GET", {}, "/metrics")).text();
  assert.ok(metrics.includes("car_tasks_begun_total 0"));
});

Deno.test("an answer that cannot be written fails its task", async () => {
  const tool = defineTool({
    name: "unwritable",
    title: "Unwritable",
    description: "Answers what is no JSON",
    input: z.object({}),
    run(_input, context) {
      context.becomeTask();
      return { text: "one", structured: { count: 1n } };
    },
  });
  await using server = await testApp({ tools: [tool] });
  const options = { capabilities: TASKS };
  const call = await postModern(server, "tools/call", { name: "unwritable" }, options);
  const { taskId } = await resultOf(call);
  const task = await resultOf(await postModern(server, "tasks/get", { taskId }, options));
  assert.deepEqual([task.status, task.result], ["failed", undefined]);
  assert.deepEqual(task.error, { code: -32603, message: "Internal error" });
});

Deno.test("a client that goes away before the handle leaves no task behind", async () => {
  const entered = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<boolean>();
  const talk: Talk = async (context) => {
    const aborted = Promise.withResolvers<void>();
    context.signal.addEventListener("abort", () => aborted.resolve());
    context.progress({ progress: 1 });
    entered.resolve();
    await aborted.promise;
    ended.resolve(context.becomeTask());
  };
  await using client = await taskClient(talk);
  const params = { name: "work", arguments: {} };
  const response = await client.send("tools/call", params, { progressToken: 1 });
  await entered.promise;
  await response.body?.cancel();
  assert.equal(await ended.promise, false);
});

Deno.test("how far a task is, is said by its message and on no stream", async () => {
  const said = Promise.withResolvers<boolean>();
  const gate = Promise.withResolvers<string>();
  const talk: Talk = (context) => {
    context.progress({ progress: 1, message: "before" });
    context.becomeTask();
    said.resolve(context.progress({ progress: 2, message: "half" }));
    assert.equal(context.log("error", "unheard"), false);
    return gate.promise;
  };
  await using client = await taskClient(talk);
  const options = { progressToken: "p", logLevel: "debug" };
  const response = await client.send("tools/call", { name: "work", arguments: {} }, options);
  const messages = await messagesOf(response);
  assert.deepEqual(messages.map(({ method }) => method), ["notifications/progress", undefined]);
  const { taskId } = messages.at(-1).result;
  assert.equal(await said.promise, true);
  assert.equal((await client.get(taskId)).statusMessage, "half");
  gate.resolve("done");
  assert.equal((await client.ended(taskId)).statusMessage, "half");
});

Deno.test("where there is no room for a task, the call stays a call", async () => {
  const talk: Talk = (context) => context.becomeTask();
  await using client = await taskClient(talk, { environment: { CAR_LIMITS_TASKS_MAX: "1" } });
  assert.equal((await client.work()).resultType, "task");
  const { resultType, structuredContent } = await client.work();
  assert.deepEqual([resultType, structuredContent.said], ["complete", false]);
  const metrics = await (await client.server.send("GET", {}, "/metrics")).text();
  for (const line of ["car_tasks_begun_total 1", "car_tasks_refused_total 1", "car_tasks 0"]) {
    assert.ok(metrics.split("\n").includes(line), line);
  }
});
