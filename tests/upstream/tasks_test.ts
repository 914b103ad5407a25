// Long calls of mounted servers, which go on as tasks for clients that know them.

import assert from "node:assert/strict";
import { messagesOf, postModern } from "../helpers/modern_client.ts";
import { type Mounted, mounted } from "../helpers/mounted.ts";
import { TASKS } from "../helpers/task_client.ts";

// Whatever does not answer at once goes on.
const AT_ONCE = { CAR_LIMITS_TASK_AFTER_MS: "0" };
const CHILD = { box: { tools: ["hold", "release", "cancelled"] } };

async function request({ server }: Mounted, method: string, params: Record<string, unknown>) {
  const response = await postModern(server, method, params, { capabilities: TASKS });
  return (await messagesOf(response)).at(-1).result;
}

Deno.test("a long call of a mounted server goes on as a task", async () => {
  await using box = await mounted(CHILD, { environment: AT_ONCE });
  const call = { name: "mcp_box_hold", arguments: { n: 1 } };
  const { resultType, taskId } = await request(box, "tools/call", call);
  assert.equal(resultType, "task");
  const notifications = { taskIds: [taskId] };
  const options = { capabilities: TASKS };
  const stream = postModern(box.server, "subscriptions/listen", { notifications }, options);
  await box.call("mcp_box_release");
  const told = (await messagesOf(await stream)).at(-2).params;
  assert.deepEqual([told.status, told.result.content[0].text], ["completed", '{"n":1}']);
});

Deno.test("a mounted server is told when the task of its call is cancelled", async () => {
  await using box = await mounted(CHILD, { environment: AT_ONCE });
  const { taskId } = await request(box, "tools/call", { name: "mcp_box_hold", arguments: {} });
  await request(box, "tasks/cancel", { taskId });
  assert.equal((await request(box, "tasks/get", { taskId })).status, "cancelled");
  assert.equal((await box.answer("mcp_box_cancelled")).length, 1);
});
