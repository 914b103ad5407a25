// The server under simulation: one app with small bounds and a clock that stands still, which serves
// many runs one after the other.

import assert from "node:assert/strict";
import type { CallContext } from "../../src/rpc/context.ts";
import { environmentNameOf } from "../../src/config/keys.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { rpc, type TestApp, testApp } from "../helpers/test_app.ts";
import { SIM_TIMES, type SimBounds } from "./_model_server.ts";
import type { ClientKind } from "./_model_session.ts";
import { prompt, tick } from "./_tick.ts";

/** The tool that every simulated call names. */
export const SIM_TOOL = "sim";

const GRACE_MS = 60_000;
const BOTH = "application/json, text/event-stream";

/** What the tool does when a call of it begins. */
export type Script = (context: CallContext) => unknown;

/** An app for many runs. */
export interface SimServer extends AsyncDisposable {
  readonly bounds: SimBounds;
  readonly clock: FakeClock;
  /** Timers that run while nobody is connected. */
  readonly ownTimers: number;
  readonly app: TestApp["app"];
  /** Sends a message in a session that is answered at once. */
  post(sessionId: string, body: unknown, accept?: string): Promise<Response>;
  /** Sends a message whose answer may take its time. */
  begin(sessionId: string, body: unknown, accept?: string): Promise<Response>;
  /** GET or DELETE in a session. */
  send(method: string, sessionId: string, lastEventId?: string): Promise<Response>;
  /** Opens a session; gives its id. */
  open(kind: ClientKind): Promise<string>;
  /** What the tool does in the call of that id. */
  expectCall(sessionId: string, requestId: number, script: Script): void;
  /** A counter of the metrics. */
  counter(name: string): Promise<number>;
}

/** Starts an app with these bounds. */
export async function simServer(bounds: SimBounds): Promise<SimServer> {
  const clock = new FakeClock();
  const scripts = new Map<string, Script>();
  const tool = talkingTool(SIM_TOOL, (context) => {
    const key = `${context.origin.sessionId} ${context.requestId}`;
    const script = scripts.get(key);
    scripts.delete(key);
    assert.ok(script, "a call began that nobody made");
    return script(context);
  });
  const server = await testApp({ clock, tools: [tool], environment: environmentOf(bounds) });
  const begin = (id: string, body: unknown, accept = BOTH) =>
    server.post(body, { "mcp-session-id": id, accept });
  return {
    bounds,
    clock,
    ownTimers: clock.timers,
    app: server.app,
    begin,
    post: (id, body, accept) => prompt(begin(id, body, accept)),
    send: (method, id, lastEventId) =>
      prompt(server.send(method, {
        "mcp-session-id": id,
        ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
      })),
    async open({ isNewest, canBeAsked }) {
      const response = await server.post(rpc("initialize", {
        protocolVersion: isNewest ? "2025-11-25" : "2025-06-18",
        capabilities: canBeAsked ? { sampling: {} } : {},
      }));
      await response.body?.cancel();
      const id = response.headers.get("mcp-session-id");
      assert.ok(id);
      return id;
    },
    expectCall: (sessionId, requestId, script) =>
      void scripts.set(`${sessionId} ${requestId}`, script),
    async counter(name) {
      const text = await (await server.send("GET", {}, "/metrics")).text();
      const [, value] = new RegExp(`^${name} (\\d+)`, "m").exec(text) ?? [];
      return Number(value);
    },
    async [Symbol.asyncDispose]() {
      const stopping = server[Symbol.asyncDispose]();
      await tick();
      // After a failed run calls are still open; their time of grace must pass.
      clock.advance(GRACE_MS);
      await stopping;
    },
  };
}

function environmentOf(bounds: SimBounds): Record<string, string> {
  const keys: Record<string, number> = {
    "streams.openAfterMs": SIM_TIMES.openAfter,
    "streams.keepAliveMs": SIM_TIMES.keepAlive,
    // A run must not meet the end of an idle session; the model has none.
    "sessions.idleMs": 24 * 60 * 60 * 1000,
    "limits.answerMs": SIM_TIMES.answer,
    "limits.pingMs": SIM_TIMES.ping,
    "limits.callMs": SIM_TIMES.call,
    "limits.finishedStreamMs": SIM_TIMES.finishedStream,
    "limits.streamRetryMs": SIM_TIMES.retry,
    ...Object.fromEntries(
      Object.entries(bounds).map(([name, value]) => [`limits.${name}`, value]),
    ),
  };
  return Object.fromEntries(
    Object.entries(keys).map(([name, value]) => [environmentNameOf(name), `${value}`]),
  );
}
