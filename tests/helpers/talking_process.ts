// The server with tools that talk, as a process under either runtime, and the calls that steer it from
// beside the client under test.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { metricIs, metricOf } from "./metric.ts";
import { startProcess } from "./process.ts";
import type { Runtime } from "./runtimes.ts";
import { tempHome } from "./temp_home.ts";
import { call, clientOf, resultOf } from "./test_app.ts";

const SCRIPT = fileURLToPath(new URL("./talking_server.ts", import.meta.url));

/** A running server with tools that talk. */
export interface TalkingProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Calls a tool without a session; gives what it said. */
  tell(tool: string, args: Record<string, unknown>): Promise<unknown>;
  /** Lets a counting call do that step; comes when it is done. */
  step(at: number): Promise<void>;
  /** Sends a notification with that number to a session's common stream. */
  push(session: string | undefined, at: number): Promise<void>;
  /** What a metric shows, named with its labels; undefined if it shows nothing yet. */
  metric(name: string): Promise<number | undefined>;
  /** Waits until a metric shows that value. */
  metricIs(name: string, value: number): Promise<void>;
  /** Ends it at once, without a word to it. */
  kill(): Promise<void>;
}

// Older revisions know no structured answers.
const NEWEST = { "mcp-protocol-version": "2025-11-25" };

/** Starts it with a home of its own and short waits for clients that come back. */
export async function startTalking(
  runtime: Runtime,
  environment: Readonly<Record<string, string>> = {},
): Promise<TalkingProcess> {
  const home = tempHome();
  const server = await startProcess({
    runtime,
    script: SCRIPT,
    args: [],
    environment: {
      CAR_HOME: home.path,
      CAR_HTTP_BIND: "127.0.0.1:0",
      CAR_LIMITS_STREAM_RETRY_MS: "5",
      ...environment,
    },
  });
  const url = server.firstLine;
  const direct = clientOf(fetch, url);
  const tell = async (tool: string, args: Record<string, unknown>) => {
    const result = await resultOf(await direct.post(call(tool, args), NEWEST));
    assert.ok(result.isError !== true, JSON.stringify(result));
    return result.structuredContent?.said;
  };
  return {
    url,
    port: Number(new URL(url).port),
    tell,
    metric: (name) => metricOf(url, name),
    metricIs: (name, value) => metricIs(url, name, value),
    async step(at) {
      await tell("open", { gate: `step ${at}` });
      await tell("pass", { gate: `said ${at}` });
    },
    async push(session, at) {
      const payload = { jsonrpc: "2.0", method: "notifications/test", params: { at } };
      assert.equal(await tell("push", { session, payload }), true);
    },
    async kill() {
      await server.stop("SIGKILL");
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}
