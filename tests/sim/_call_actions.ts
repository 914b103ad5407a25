// What calls do in a run: they begin, speak, ask, end their connection, answer, and are cancelled.

import assert from "node:assert/strict";
import { call, notification, rpc } from "../helpers/test_app.ts";
import { CarError } from "../../src/base/errors.ts";
import type { CallContext } from "../../src/rpc/context.ts";
import type { ModelCall } from "./_model_call.ts";
import type { Asked } from "./_model_session.ts";
import { SIM_TOOL } from "./_sim_server.ts";
import { until } from "./_tick.ts";
import type { SimCall, SimSession, World } from "./_world.ts";

// Few ids, so that they come again while a call of that id runs, and after it.
const CALL_IDS = 6;
// A token that several calls have at once, against the rules.
const SHARED_TOKEN = 9;
const PADS = [0, 0, 0, 40, 200, 500, 1_300];
/** What a client is told to wait whose connection is ended on purpose. */
export const DISCONNECT_RETRY_MS = 50;

/** A text of some length; in some runs not of ASCII alone, so that bytes are not characters. */
export function pad(world: World): string {
  const length = world.pick(PADS) ?? 0;
  return (world.chance(20) ? "é" : "x").repeat(length);
}

/** A client calls the tool, which may speak and may answer at once. */
export async function beginCall(world: World, session: SimSession): Promise<void> {
  const id = 1 + world.below(CALL_IDS);
  const tokens = [undefined, world.ledger.nextSerial(), id, SHARED_TOKEN];
  const request = { id, token: world.pick(tokens), acceptsStream: world.chance(80) };
  const { token } = request;
  const model = session.model.call(request);
  const body = call(SIM_TOOL, {}, id);
  const meta = token === undefined ? {} : { _meta: { progressToken: token } };
  const message = { ...body, params: { name: SIM_TOOL, arguments: {}, ...meta } };
  const accept = request.acceptsStream ? undefined : "application/json";
  world.note(`${session.name}: call ${JSON.stringify(request)}${model ? "" : ", refused"}`);
  if (model === undefined) {
    const refused = await world.server.post(session.id, message, accept);
    assert.equal(refused.status, 400);
    await refused.body?.cancel();
    return;
  }
  const simCall = newCall(model, session);
  session.calls.push(simCall);
  world.server.expectCall(session.id, id, (context) => runTool(world, simCall, context));
  const posting = world.server.begin(session.id, message, accept);
  void posting.then((response) => void (simCall.response = response));
  await until(() => simCall.context !== undefined, "the call to begin");
}

function newCall(model: ModelCall, session: SimSession): SimCall {
  return {
    model,
    session,
    response: undefined,
    isChecked: false,
    context: undefined,
    finish: () => {},
    asks: [],
  };
}

function runTool(world: World, simCall: SimCall, context: CallContext): unknown {
  simCall.context = context;
  return world.guard(() => {
    for (let acts = world.below(3); acts > 0; acts--) speak(world, simCall);
    if (world.chance(25)) return finish(world, simCall);
    simCall.model.track();
    return new Promise((resolve) => void (simCall.finish = resolve));
  });
}

/** A call does one of the things it can do, also when it is over. */
export function act(world: World): void {
  const calls = world.calls.filter(({ model }) => !model.isOver || world.chance(5));
  const simCall = world.pick(calls);
  if (simCall === undefined) return;
  if (world.chance(25)) simCall.finish(finish(world, simCall));
  else speak(world, simCall);
}

function finish(world: World, { model, session }: SimCall): unknown {
  const said = { serial: world.ledger.nextSerial(), pad: pad(world) };
  world.note(`${session.name}: call ${model.request.id} answers ${said.serial} ${said.pad.length}`);
  const structuredContent = { said };
  const content = [{ type: "text", text: JSON.stringify(structuredContent) }];
  model.finish({ content, structuredContent });
  return said;
}

function speak(world: World, simCall: SimCall): void {
  const { model, context, session } = simCall;
  if (context === undefined) return;
  const serial = world.ledger.nextSerial();
  const said = { serial, pad: pad(world) };
  const kind = world.pick(["progress", "progress", "log", "log", "ask", "disconnect"]);
  world.note(`${session.name}: call ${model.request.id} ${kind} ${serial} ${said.pad.length}`);
  switch (kind) {
    case "progress": {
      const progress = world.chance(10) ? 0 : serial;
      return assert.equal(
        context.progress({ progress, message: said.pad }),
        model.progress(progress, said.pad),
        "progress was taken",
      );
    }
    case "log": {
      const level = world.pick(["info", "error"] as const) ?? "info";
      return assert.equal(context.log(level, said), model.log(level, said), "a log was taken");
    }
    case "ask": {
      const actual: Asked = { outcome: undefined };
      simCall.asks.push({ expected: session.model.ask(model, said), actual });
      void context.ask({ kind: "sampling", params: said }).then(
        ({ model }) => void (actual.outcome = String(model)),
        (thrown) => void (actual.outcome = thrown instanceof CarError ? thrown.code : "fault"),
      );
      return;
    }
    case "disconnect":
      return assert.equal(
        context.disconnect(DISCONNECT_RETRY_MS),
        model.disconnect(DISCONNECT_RETRY_MS),
        "a connection was ended",
      );
  }
}

/** A client answers a question: one that waits, or one that is late, foreign or was never asked. */
export async function answer(world: World, session: SimSession): Promise<void> {
  const waiting = session.model.waitingQuestions;
  const id = world.chance(60) && waiting.length > 0 ? world.pick(waiting) ?? 0 : 1 + world.below(8);
  const text = `answer ${world.ledger.nextSerial()}`;
  const form = world.pick(["result", "result", "result", "error", "bad"]) ?? "result";
  world.note(`${session.name}: question ${id} gets ${form} ${text}`);
  session.model.answer(id, form === "result" ? text : "conflict");
  const content = { type: "text", text };
  const forms: Record<string, Record<string, unknown>> = {
    result: { result: { role: "assistant", model: text, content } },
    error: { error: { code: -1, message: text } },
    bad: { result: { role: "assistant" } },
  };
  await accepted(world, session, { jsonrpc: "2.0", id, ...forms[form] });
}

/** A client answers a ping that it received: the newest, or an old one, late or once more. */
export async function answerPing(world: World, session: SimSession): Promise<void> {
  const { pings } = session.seen;
  const id = world.chance(70) ? pings.at(-1) : world.pick(pings);
  if (id === undefined) return;
  // Who says that it knows no pings is there, too.
  const form = world.chance(80) ? { result: {} } : { error: { code: -32601, message: "ping?" } };
  world.note(`${session.name}: ping ${id} gets ${JSON.stringify(form)}`);
  session.model.answer(id, "");
  await accepted(world, session, { jsonrpc: "2.0", id, ...form });
}

/** A client cancels a call, running or not. */
export async function cancel(world: World, session: SimSession): Promise<void> {
  const requestId = 1 + world.below(CALL_IDS);
  world.note(`${session.name}: cancels ${requestId}`);
  session.model.running.get(requestId)?.cancel();
  await accepted(world, session, notification("notifications/cancelled", { requestId }));
}

/** A client says that it is ready to be asked. */
export async function initialized(world: World, session: SimSession): Promise<void> {
  world.note(`${session.name}: initialized`);
  session.model.isInitialized = true;
  await accepted(world, session, notification("notifications/initialized"));
}

/** A client says which log messages it wants. */
export async function setLevel(world: World, session: SimSession): Promise<void> {
  const level = world.pick(["info", "error"]);
  world.note(`${session.name}: level ${level}`);
  const { isFull } = session.model;
  if (!isFull) session.model.hearsInfo = level === "info";
  const response = await world.server.post(
    session.id,
    rpc("logging/setLevel", { level }, "level"),
  );
  assert.equal(response.status, isFull ? 400 : 200);
  await response.body?.cancel();
}

async function accepted(world: World, session: SimSession, message: unknown): Promise<void> {
  const response = await world.server.post(session.id, message);
  assert.equal(response.status, 202);
  assert.equal(await response.text(), "");
}
