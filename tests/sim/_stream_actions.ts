// What connections do in a run: they open, resume, read, and are cut; and what an embedder pushes.

import assert from "node:assert/strict";
import { notification } from "../helpers/test_app.ts";
import { DISCONNECT_RETRY_MS, pad } from "./_call_actions.ts";
import type { SeenId } from "./_connection.ts";
import type { Message } from "./_model_call.ts";
import type { ModelJoining } from "./_model_streams.ts";
import type { SimSession, World } from "./_world.ts";

const BURST_MAX = 12;

/** A client opens the common stream, as the first of its session or beside others. */
export async function listen(world: World, session: SimSession): Promise<void> {
  const model = world.model.connect();
  const joining = session.model.streams.listen(model);
  world.note(`${session.name}: GET, ${joining}`);
  world.model.met.add(joining);
  const response = await world.server.send("GET", session.id);
  if (joining === "joined") {
    model.begin();
    return world.connected(session, response, { model });
  }
  model.close();
  await assertRefused(response, joining);
}

/** A client goes on after an id it received, however long ago. */
export async function resume(world: World, session: SimSession): Promise<void> {
  const { ids, tag = "" } = session.seen;
  // Half of the clients have stayed near the end; the others come with any id.
  const after = world.pick(world.chance(50) ? ids.slice(-8) : ids);
  if (after === undefined) return;
  await resumeAfter(world, session, world.chance(5) ? elsewhere(after, tag) : after);
}

/** The same place on another stream, which no client was told. */
function elsewhere({ index, stream }: SeenId, tag: string): SeenId {
  const other = stream === 0 ? 1 : 0;
  return { text: `${index}/${other}.${tag}`, index, stream: other, serial: undefined };
}

/** A client goes on after that id. */
export async function resumeAfter(
  world: World,
  session: SimSession,
  after: SeenId,
): Promise<ModelJoining> {
  const model = world.model.connect();
  const joining = session.model.resume(after.stream, after.index, model);
  world.note(`${session.name}: GET after ${after.text}, ${joining}`);
  world.model.met.add(joining);
  const response = await world.server.send("GET", session.id, after.text);
  if (joining === "joined") {
    model.begin();
    world.connected(session, response, { model, after });
    return joining;
  }
  model.close();
  await assertRefused(response, joining);
  return joining;
}

/** A client goes on after what is no id of its session. */
export async function resumeNonsense(world: World, session: SimSession): Promise<void> {
  const { tag = "000000" } = session.seen;
  const foreign = world.sessions.filter((other) => other !== session)
    .flatMap(({ seen }) => seen.ids);
  const nonsense = ["", "x", "1", "-1/0.t", `01/0.${tag}`, `99999/0.${tag}`, `0/999.${tag}`]
    .concat(world.pick(foreign)?.text ?? []);
  const id = world.pick(nonsense) ?? "";
  world.note(`${session.name}: GET after nonsense ${id}`);
  // It is refused, but a stream had been opened for it, which starts the keep-alive comments.
  world.model.connect().close();
  const response = await world.server.send("GET", session.id, id);
  assert.equal(response.status, 400, "nonsense was taken for an id");
  await response.body?.cancel();
}

/** A slow client reads a little. */
export async function readSome(world: World, session: SimSession): Promise<void> {
  const connection = world.pick(session.connections);
  const most = world.chance(30) ? Infinity : 1 + world.below(4);
  world.note(`${session.name}: reads ${most}`);
  await connection?.read(most);
}

/** A connection is cut. */
export async function drop(world: World, session: SimSession): Promise<void> {
  const connection = world.pick(session.connections);
  if (connection === undefined) return;
  world.note(`${session.name}: drops connection ${session.connections.indexOf(connection)}`);
  await connection.drop();
}

/** An embedder ends the connections on which a client listens. */
export function disconnectListener(world: World, { id, model, name }: SimSession): void {
  world.note(`${name}: listener disconnected`);
  if (model.isNewest) model.streams.disconnectListener(DISCONNECT_RETRY_MS);
  const isDone = world.server.app.disconnectListener(id, DISCONNECT_RETRY_MS);
  assert.equal(isDone, model.isNewest, "a listener was disconnected");
}

/** An embedder pushes to the session, one message or many at once. */
export function push(world: World, session: SimSession): void {
  const count = world.chance(20) ? 1 + world.below(BURST_MAX) : 1;
  for (let at = 0; at < count; at++) {
    const serial = world.ledger.nextSerial();
    const message = notification("notifications/sim", { serial, pad: pad(world) });
    world.note(`${session.name}: push ${serial}`);
    if (pushed(world, session, message)) session.pushed.push(serial);
  }
}

/** An embedder pushes what may belong to a call, and what may not be pushed at all. */
export function pushForCall(world: World, session: SimSession): void {
  const serial = world.ledger.nextSerial();
  const running = world.pick([...session.model.running.values()]);
  const progressToken = world.chance(70) ? running?.request.token ?? "stray" : "stray";
  const requestId = world.chance(70) ? world.pick(session.model.waitingQuestions) ?? 0 : 0;
  const message = world.pick([
    notification("notifications/progress", { progressToken, progress: serial }),
    notification("notifications/cancelled", { requestId, serial }),
    { jsonrpc: "2.0", id: 1, result: { serial } },
  ]) ?? {};
  world.note(`${session.name}: push ${JSON.stringify(message)}`);
  pushed(world, session, message);
}

function pushed(world: World, session: SimSession, message: Message): boolean {
  const isTaken = session.model.push(message);
  assert.equal(world.server.app.pushToSession(session.id, message), isTaken, "a push was taken");
  return isTaken;
}

async function assertRefused(
  response: Response,
  joining: Exclude<ModelJoining, "joined">,
): Promise<void> {
  const { status, text } = REFUSALS[joining];
  // First, because the body of a stream that should not be there has no end.
  assert.equal(response.status, status, `should be refused: ${joining}`);
  assert.match(await response.text(), text);
}

const REFUSALS = {
  full: { status: 429, text: /Too many open streams/ },
  unknown: { status: 400, text: /names no event/ },
  "too old": { status: 400, text: /older than what is kept/ },
  "nothing left": { status: 204, text: /^$/ },
};
