// A client that calls tools of the mounted server: at once, and slowly, as a task where it knows tasks.

import { TASKS } from "../../tests/helpers/task_client.ts";
import type { Message } from "../../tests/helpers/modern_client.ts";
import type { Actor } from "./_crowd.ts";
import type { ActorOptions } from "./_writer.ts";

const POLL_MS = 50;
const POLLS_MAX = 600;

/** Makes the client. */
export function createMountedCaller(options: ActorOptions): Actor {
  const { caller, world, random, name } = options;
  let calls = 0;
  return {
    name,
    async step(url) {
      const text = `${name} says ${++calls}`;
      if (random(3) > 0) {
        const params = { name: "mcp_soak_echo", arguments: { text } };
        expectText(await caller.request(url, "tools/call", params), text);
        world.did("mounted call");
        return;
      }
      const params = { name: "mcp_soak_slow", arguments: { text } };
      const result = await caller.request(url, "tools/call", params, { capabilities: TASKS });
      if (result.resultType !== "task") {
        expectText(result, text);
        world.did("mounted call");
        return;
      }
      expectText(await resultOfTask(options, url, result.taskId), text);
      world.did("task");
    },
    forget: () => caller.forget(),
  };
}

async function resultOfTask(
  { caller }: ActorOptions,
  url: string,
  taskId: string,
): Promise<Message> {
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    const task = await caller.request(url, "tasks/get", { taskId }, { capabilities: TASKS });
    if (task.status === "completed") return task.result;
    if (task.status !== "working") throw new Error(`A task ended: ${JSON.stringify(task)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error("A task does not end");
}

function expectText(result: Message, text: string): void {
  const given = result.content?.[0]?.text;
  if (given !== text) throw new Error(`The mounted server answers "${given}" to "${text}"`);
}
