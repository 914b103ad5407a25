// A stateless client that knows tasks, and a tool that goes on as one.

import type { FakeClock } from "./fake_clock.ts";
import {
  type Message,
  messagesOf,
  type ModernRequestOptions,
  postModern,
} from "./modern_client.ts";
import { SseReader } from "./sse_reader.ts";
import { type Talk, talkingTool } from "./talking_tool.ts";
import { resultOf, type TestApp, testApp } from "./test_app.ts";

/** The capability of a client that knows tasks. */
export const TASKS = { extensions: { "io.modelcontextprotocol/tasks": {} } };
const ALL = { ...TASKS, elicitation: {}, sampling: {}, roots: {} };

/** A server with a tool `work`, and what a client does with its tasks. */
export interface TaskClient extends AsyncDisposable {
  readonly server: TestApp;
  /** Any request; it can be asked anything and knows tasks, unless it is told otherwise. */
  send(
    method: string,
    params?: Record<string, unknown>,
    options?: ModernRequestOptions,
  ): Promise<Response>;
  /** Calls the tool; the result. */
  work(params?: Record<string, unknown>): Promise<Message>;
  get(taskId: string): Promise<Message>;
  /** Listens to a task; what comes after the acknowledgement. */
  listen(taskId: string): Promise<SseReader>;
  /** The task as it is told of when it has ended. */
  ended(taskId: string): Promise<Message>;
}

/** Options of `taskClient`. */
export interface TaskClientOptions {
  readonly clock?: FakeClock;
  readonly environment?: Record<string, string>;
}

/** Starts a server whose tool `work` does this. */
export async function taskClient(
  talk: Talk,
  options: TaskClientOptions = {},
): Promise<TaskClient> {
  const server = await testApp({ ...options, tools: [talkingTool("work", talk)] });
  const send: TaskClient["send"] = (method, params, options = {}) =>
    postModern(server, method, params, { capabilities: ALL, ...options });
  const listen: TaskClient["listen"] = async (taskId) => {
    const notifications = { taskIds: [taskId] };
    const stream = new SseReader(await send("subscriptions/listen", { notifications }));
    await stream.next();
    return stream;
  };
  return {
    server,
    send,
    listen,
    work: async (params = {}) => {
      const response = await send("tools/call", { name: "work", arguments: {}, ...params });
      return (await messagesOf(response)).at(-1).result;
    },
    get: async (taskId) => await resultOf(await send("tasks/get", { taskId })),
    async ended(taskId) {
      const messages: Message[] = await (await listen(taskId)).rest();
      return messages.at(-2).params;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
