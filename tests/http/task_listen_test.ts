// `subscriptions/listen` for tasks: who may, what is told, and when it ends.

import assert from "node:assert/strict";
import { ADA, WHO } from "../helpers/asking_rounds.ts";
import { type Message, messagesOf } from "../helpers/modern_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import type { Talk } from "../helpers/talking_tool.ts";
import { type TaskClient, taskClient, TASKS } from "../helpers/task_client.ts";
import { assertRpcError, resultOf } from "../helpers/test_app.ts";

const ID_KEY = "io.modelcontextprotocol/subscriptionId";

const askOnce: Talk = async (context) => {
  context.becomeTask();
  return await context.ask(WHO);
};

async function listen(client: TaskClient, notifications: unknown, id: string | number) {
  return new SseReader(await client.send("subscriptions/listen", { notifications }, { id }));
}

/** All that comes until the stream ends. */
async function restOf(stream: SseReader): Promise<Message[]> {
  return await stream.rest();
}

Deno.test("a listener is told of a task as it is, of each change, and then answered", async () => {
  await using client = await taskClient(askOnce);
  const { taskId } = await client.work();
  const stream = await listen(client, { taskIds: [taskId, "none", taskId] }, "own");
  const acknowledged = await stream.next();
  assert.deepEqual(acknowledged.params.notifications, { taskIds: [taskId] });
  const first = await stream.next();
  assert.equal(first.method, "notifications/tasks");
  const { _meta, ...now } = first.params;
  assert.deepEqual(_meta, { [ID_KEY]: "own" });
  const { _meta: _answered, resultType: _complete, ...known } = await client.get(taskId);
  assert.deepEqual(now, known);
  const [key = ""] = Object.keys(now.inputRequests);
  await resultOf(await client.send("tasks/update", { taskId, inputResponses: { [key]: ADA } }));
  const rest = await restOf(stream);
  assert.deepEqual(rest.map(({ params }) => params?.status), ["working", "completed", undefined]);
  assert.ok(rest.at(-1)?.result);
});

Deno.test("a listener of one task is not told of another", async () => {
  await using client = await taskClient(askOnce);
  const [own, other] = [await client.work(), await client.work()];
  const stream = await listen(client, { taskIds: [own.taskId] }, 1);
  await stream.next();
  await resultOf(await client.send("tasks/cancel", { taskId: other.taskId }));
  await resultOf(await client.send("tasks/cancel", { taskId: own.taskId }));
  const told = (await restOf(stream)).flatMap(({ params }) => params ?? []);
  assert.deepEqual(told.map(({ taskId }) => taskId), [own.taskId, own.taskId]);
  assert.deepEqual(told.map(({ status }) => status), ["input_required", "cancelled"]);
});

Deno.test("a listener of a task that has ended is told so and answered", async () => {
  await using client = await taskClient((context) => context.becomeTask());
  const { taskId } = await client.work();
  await client.ended(taskId);
  const stream = await listen(client, { taskIds: [taskId] }, 1);
  const [acknowledged, told, answer, ...more] = await restOf(stream);
  assert.ok(acknowledged);
  assert.equal(told?.params?.status, "completed");
  assert.ok(answer && "result" in answer);
  assert.deepEqual(more, []);
});

Deno.test("a listener of lists stays when its task has ended", async () => {
  await using client = await taskClient((context) => context.becomeTask());
  const { taskId } = await client.work();
  const stream = await listen(client, { taskIds: [taskId], toolsListChanged: true }, 1);
  await stream.next();
  assert.equal((await stream.next()).params.status, "completed");
  client.server.app.publishChange({ kind: "tools" });
  assert.equal((await stream.next()).method, "notifications/tools/list_changed");
  await stream.close();
});

Deno.test("a listener of unknown tasks alone is answered at once", async () => {
  await using client = await taskClient(() => "done");
  const stream = await listen(client, { taskIds: ["none"] }, 1);
  const [acknowledged, answer] = await restOf(stream);
  assert.deepEqual(acknowledged?.params?.notifications, {});
  assert.ok(answer && "result" in answer);
});

Deno.test("tasks are told of only to a client that knows them, and at most so many", async () => {
  const environment = { CAR_LIMITS_RESOURCE_SUBSCRIPTIONS_MAX: "2" };
  await using client = await taskClient(askOnce, { environment });
  const ask = (taskIds: unknown, capabilities: unknown = TASKS) =>
    client.send("subscriptions/listen", { notifications: { taskIds } }, { capabilities });
  const [refused] = await messagesOf(await ask(["a"], {}));
  assert.equal(refused.error.code, -32021);
  assert.deepEqual(refused.error.data, { requiredCapabilities: TASKS });
  for (const wrong of ["a", [1], ["a", "b", "c"]]) {
    const [{ error }] = await messagesOf(await ask(wrong));
    assert.equal(error.code, -32602, JSON.stringify(wrong));
  }
  await assertRpcError(await client.send("tasks/get", { taskId: "a" }), 200, -32602);
});

Deno.test("a client that stops listening ends no task", async () => {
  await using client = await taskClient(askOnce);
  const { taskId } = await client.work();
  const stream = await listen(client, { taskIds: [taskId] }, 1);
  await stream.next();
  await stream.close();
  assert.equal((await client.get(taskId)).status, "input_required");
});
