// Tasks over the end of a process, and what an erasure leaves of them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Message, postModern } from "../helpers/modern_client.ts";
import { startProcess } from "../helpers/process.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { taskClient, TASKS } from "../helpers/task_client.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf } from "../helpers/test_app.ts";

const SERVER = fileURLToPath(new URL("../helpers/task_server.ts", import.meta.url));

function startOn(runtime: Runtime, home: string) {
  const environment = { CAR_HOME: home, CAR_HTTP_BIND: "127.0.0.1:0" };
  return startProcess({ runtime, script: SERVER, args: [], environment });
}

async function request(url: string, method: string, params: Record<string, unknown>) {
  const response = await postModern(clientOf(fetch, url), method, params, { capabilities: TASKS });
  return await resultOf(response);
}

const work = (url: string, ends: boolean): Promise<Message> =>
  request(url, "tools/call", { name: "work", arguments: { ends } });

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  testOnBoth(`after ${signal} what ran is failed, and what had ended is there`, async (runtime) => {
    using home = tempHome();
    await using before = await startOn(runtime, home.path);
    const running = await work(before.firstLine, false);
    const ended = await work(before.firstLine, true);
    await before.stop(signal);
    await using after = await startOn(runtime, home.path);
    const url = after.firstLine;
    const failed = await request(url, "tasks/get", { taskId: running.taskId });
    assert.equal(failed.status, "failed");
    assert.deepEqual(failed.error, {
      code: -32603,
      message: "The server was stopped while the task ran",
    });
    const done = await request(url, "tasks/get", { taskId: ended.taskId });
    assert.deepEqual([done.status, done.result.content[0].text], ["completed", "done"]);
    await after.stop();
  });
}

Deno.test("memory_delete takes the fact out of the results of tasks", async () => {
  const body = "the vault code is 7791";
  await using client = await taskClient((context) => {
    context.becomeTask();
    return body;
  });
  const { taskId } = await client.work();
  assert.equal((await client.get(taskId)).result.structuredContent.said, body);
  const fact = { id: "vault-id", subject: "vault", body };
  for (const each of [call("memory_add_fact", fact), call("memory_delete", { id: "vault-id" })]) {
    assert.ok(!(await resultOf(await client.server.post(each))).isError);
  }
  const { status, result, error } = await client.get(taskId);
  assert.deepEqual([status, result], ["failed", undefined]);
  assert.equal(error.message, "What the task held was to be forgotten");
  const folder = join(client.server.home, "mcp");
  for (const name of readdirSync(folder).filter((each) => each.startsWith("tasks."))) {
    assert.ok(!readFileSync(join(folder, name)).includes("7791"), name);
  }
});
