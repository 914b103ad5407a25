// What is asked of a client before a call becomes a task, and what through the task.

import assert from "node:assert/strict";
import { ADA, WHO } from "../helpers/asking_rounds.ts";
import type { Talk } from "../helpers/talking_tool.ts";
import { type TaskClient, taskClient, TASKS } from "../helpers/task_client.ts";
import { assertRpcError, resultOf } from "../helpers/test_app.ts";

const GRACE = { action: "accept", content: { name: "Grace" } };

const askBoth: Talk = async (context) => {
  context.becomeTask();
  return await context.askAll({ first: WHO, second: { ...WHO, message: "And who else?" } });
};

function update(client: TaskClient, taskId: string, inputResponses: unknown): Promise<Response> {
  return client.send("tasks/update", { taskId, inputResponses });
}

/** A task with its open questions. */
async function asked(client: TaskClient): Promise<{ taskId: string; keys: string[] }> {
  const { taskId } = await client.work();
  const { status, inputRequests } = await client.get(taskId);
  assert.equal(status, "input_required");
  return { taskId, keys: Object.keys(inputRequests) };
}

Deno.test("a task shows what it asks until it is answered", async () => {
  await using client = await taskClient(askBoth);
  const { taskId, keys: [first = "", second = ""] } = await asked(client);
  const { inputRequests } = await client.get(taskId);
  assert.deepEqual(inputRequests[second], {
    method: "elicitation/create",
    params: {
      mode: "form",
      message: "And who else?",
      requestedSchema: WHO.requestedSchema,
    },
  });
  const { _meta, ...rest } = await resultOf(
    await update(client, taskId, { [first]: ADA, unknown: GRACE }),
  );
  assert.deepEqual(rest, { resultType: "complete" });
  const left = await client.get(taskId);
  assert.deepEqual([left.status, Object.keys(left.inputRequests)], ["input_required", [second]]);
  await resultOf(await update(client, taskId, { [first]: GRACE, [second]: GRACE }));
  const { status, result } = await client.ended(taskId);
  assert.equal(status, "completed");
  assert.deepEqual(result.structuredContent.said, { first: ADA, second: GRACE });
});

Deno.test("an answer that is none is an error, and the question stays open", async () => {
  await using client = await taskClient(askBoth);
  const { taskId, keys } = await asked(client);
  const [first = ""] = keys;
  for (const wrong of [12345, null, { action: "maybe" }, { action: "accept", content: {} }]) {
    const answers = { [first]: wrong };
    const { error } = await assertRpcError(await update(client, taskId, answers), 200, -32602);
    assert.ok(error.message.includes(`"inputResponses": the answer to "${first}" is unusable`));
  }
  for (const wrong of [undefined, null, []]) {
    await assertRpcError(await update(client, taskId, wrong), 200, -32602);
  }
  assert.deepEqual(Object.keys((await client.get(taskId)).inputRequests), keys);
});

Deno.test("keys of a task are never used again", async () => {
  const talk: Talk = async (context) => {
    context.becomeTask();
    return [await context.ask(WHO), await context.ask(WHO)];
  };
  await using client = await taskClient(talk);
  const { taskId, keys: [first = ""] } = await asked(client);
  const stream = await client.listen(taskId);
  await stream.next();
  await resultOf(await update(client, taskId, { [first]: ADA }));
  assert.equal((await stream.next()).params.status, "working");
  const again = Object.keys((await stream.next()).params.inputRequests);
  assert.equal(again.length, 1);
  assert.notEqual(again[0], first);
  await stream.close();
});

Deno.test("what is asked before a call becomes a task is asked in rounds", async () => {
  const talk: Talk = async (context) => {
    const before = await context.ask(WHO);
    context.requireTask();
    return { before, after: await context.ask(WHO) };
  };
  await using client = await taskClient(talk);
  const round = await client.work();
  assert.equal(round.resultType, "input_required");
  assert.equal(round.taskId, undefined);
  const { requestState } = round;
  const handle = await client.work({ requestState, inputResponses: { answer: ADA } });
  assert.equal(handle.resultType, "task");
  assert.deepEqual([handle.requestState, handle.inputRequests], [undefined, undefined]);
  const [key = ""] = Object.keys((await client.get(handle.taskId)).inputRequests);
  await resultOf(await update(client, handle.taskId, { [key]: GRACE }));
  const { result } = await client.ended(handle.taskId);
  assert.deepEqual(result.structuredContent.said, { before: ADA, after: GRACE });
});

Deno.test("a task asks nothing that its client did not declare", async () => {
  const talk: Talk = async (context) => {
    context.becomeTask();
    return await context.ask({ kind: "roots" });
  };
  await using client = await taskClient(talk);
  const params = { name: "work", arguments: {} };
  const handle = await resultOf(await client.send("tools/call", params, { capabilities: TASKS }));
  const { status, error } = await client.ended(handle.taskId);
  assert.deepEqual([status, error.code], ["failed", -32021]);
  assert.deepEqual(error.data, { requiredCapabilities: { roots: {} } });
});

Deno.test("a task that is cancelled while it asks does not wait any longer", async () => {
  const told = Promise.withResolvers<unknown>();
  const talk: Talk = async (context) => {
    context.becomeTask();
    await context.ask(WHO).catch(told.resolve);
  };
  await using client = await taskClient(talk);
  const { taskId, keys: [key = ""] } = await asked(client);
  await resultOf(await client.send("tasks/cancel", { taskId }));
  assert.equal((await told.promise as { code?: string }).code, "cancelled");
  await resultOf(await update(client, taskId, { [key]: ADA }));
  const { status, inputRequests } = await client.get(taskId);
  assert.deepEqual([status, inputRequests], ["cancelled", undefined]);
});
