// One seed: some sessions, a number of steps chosen at random, and an end at which everything that
// can be fetched was fetched and nothing is left behind.

import assert from "node:assert/strict";
import {
  act,
  answer,
  answerPing,
  beginCall,
  cancel,
  initialized,
  setLevel,
} from "./_call_actions.ts";
import type { ModelServer } from "./_model_server.ts";
import type { SimServer } from "./_sim_server.ts";
import {
  disconnectListener,
  drop,
  listen,
  push,
  pushForCall,
  readSome,
  resume,
  resumeAfter,
  resumeNonsense,
} from "./_stream_actions.ts";
import type { SeenId } from "./_connection.ts";
import { type SimSession, World } from "./_world.ts";

/** A thing that happens, and how often beside the others. */
type Action = readonly [weight: number, run: ActionRun];
type ActionRun = (world: World, session: SimSession) => Promise<unknown> | void;

const STEPS_MIN = 40;
const STEPS_MORE = 60;
const SESSIONS_MAX = 3;
const TRACE_LINES = 40;
// Longer than any sweeper of the server sleeps.
const QUIET_MS = 60_000;
const HOPS_MS = [1_000, 1_000, 5_000, 20_000, 61_000];

const ACTIONS: readonly Action[] = [
  [14, push],
  [3, pushForCall],
  [9, listen],
  [2, disconnectListener],
  [12, resume],
  [2, resumeNonsense],
  [8, readSome],
  [9, drop],
  [10, beginCall],
  [18, act],
  [6, answer],
  [6, answerPing],
  [3, cancel],
  [2, setLevel],
  [4, wait],
  [1, end],
];
const WEIGHTS = ACTIONS.reduce((sum, [weight]) => sum + weight, 0);

/** Runs one seed and gives what the model counted; throws an error that names it and shows how it came to it. */
export async function runSeed(server: SimServer, seed: number): Promise<ModelServer> {
  const world = new World(server, seed);
  try {
    await run(world);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const trace = world.trace.slice(-TRACE_LINES).join("\n  ");
    throw new Error(`seed ${seed}: ${why}\n  ${trace}`, { cause: thrown });
  }
  return world.model;
}

async function run(world: World): Promise<void> {
  for (let steps = STEPS_MIN + world.below(STEPS_MORE); steps > 0; steps--) {
    if (world.live.length === 0 || (world.live.length < SESSIONS_MAX && world.chance(5))) {
      await begin(world);
    }
    const session = world.pick(world.live);
    if (session !== undefined) await pickAction(world)(world, session);
    await world.settle();
  }
  await finish(world);
}

function pickAction(world: World): ActionRun {
  let rest = world.below(WEIGHTS);
  for (const [weight, run] of ACTIONS) {
    if (rest < weight) return run;
    rest -= weight;
  }
  return wait;
}

async function begin(world: World): Promise<void> {
  const kind = { isNewest: world.chance(70), canBeAsked: world.chance(80) };
  const session = await world.open(kind);
  world.note(`${session.name}: opens ${JSON.stringify(kind)}`);
  if (world.chance(85)) await initialized(world, session);
}

function wait(world: World): void {
  const ms = world.pick(HOPS_MS) ?? 0;
  world.note(`${ms} ms pass`);
  world.server.clock.advance(ms);
  world.model.advance(ms);
}

async function end(world: World, session: SimSession): Promise<void> {
  world.note(`${session.name}: DELETE`);
  session.model.close();
  const { server } = world;
  const response = await server.send("DELETE", session.id);
  assert.equal(response.status, 200);
  assert.equal(server.app.pushToSession(session.id, {}), false);
  for (const method of ["GET", "DELETE"]) {
    const gone = await server.send(method, session.id, session.seen.ids[0]?.text);
    assert.equal(gone.status, 404);
    await gone.body?.cancel();
  }
}

async function finish(world: World): Promise<void> {
  for (const session of world.live) {
    for (const connection of session.connections) {
      await connection.read();
      await connection.drop();
    }
    await world.settle();
    await fetchRest(world, session);
    await end(world, session);
    await world.settle();
  }
  for (const session of world.sessions) {
    for (const connection of session.connections) await connection.read();
  }
  const { clock } = world.server;
  clock.advance(QUIET_MS);
  world.model.advance(QUIET_MS);
  assert.equal(clock.timers, world.server.ownTimers, "timers are left behind");
  world.ledger.close();
}

/** Every stream is asked for all that came after the first id of it that the client has seen. */
async function fetchRest(world: World, session: SimSession): Promise<void> {
  const { model, ledger } = world;
  const first = new Map(session.seen.ids.toReversed().map((id) => [id.stream, id]));
  for (const start of first.values()) {
    let after: SeenId | undefined = start;
    while (after !== undefined) {
      if (await resumeAfter(world, session, after) !== "joined") break;
      const connection = session.connections.at(-1);
      await connection?.read();
      // A reader that was cut off for being slow comes back as long as that brings it forward.
      const last = connection?.isDone === true ? session.seen.ids.at(-1) : undefined;
      after = last?.index === after.index ? undefined : last;
      await connection?.drop();
      await world.settle();
    }
  }
  const start = first.get(0);
  if (start === undefined || model.dropped > 0) return;
  const missing = session.pushed.filter((serial) =>
    serial > (start.serial ?? Infinity) && !ledger.wasReceived(serial)
  );
  assert.deepEqual(missing, [], "messages never came");
}
