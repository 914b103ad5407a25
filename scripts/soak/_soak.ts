// One soak: clients of all kinds on one server, which is killed on the way and started again on the same
// home. All that was acknowledged is looked for after the kill and at the end, and what the clients held is
// to be gone when they are.

import { join } from "node:path";
import type { Runtime } from "../../tests/helpers/runtimes.ts";
import { Caller } from "./_caller.ts";
import { type Actor, runCrowd } from "./_crowd.ts";
import { createDropper } from "./_dropper.ts";
import { type Growth, growthOf, leftOver, type TimedReading } from "./_growth.ts";
import { createListener } from "./_listener.ts";
import { createMountedCaller } from "./_mounted_caller.ts";
import {
  type Authorizations,
  childrenOf,
  isAlive,
  prepareHome,
  type Reading,
  readServed,
  type Served,
  startServed,
} from "./_served.ts";
import { World } from "./_world.ts";
import { createStranger } from "./_stranger.ts";
import { createWriter } from "./_writer.ts";

/** Options of `soak`. */
export interface SoakOptions {
  readonly runtime: Runtime;
  /** An empty folder. */
  readonly home: string;
  /** The time under load. */
  readonly ms: number;
  /** The longest pause between two things that one client does. */
  readonly pauseMs: number;
  readonly random: (below: number) => number;
  /** Is told each time that the server was read. */
  readonly onReading?: (reading: TimedReading, world: World) => void;
}

/** What came of it. */
export interface SoakReport {
  readonly world: World;
  /** Of the server after the kill. */
  readonly growth: Growth;
  /** Of that server before its first client and after its last. */
  readonly before: Reading;
  readonly after: Reading;
  readonly readings: readonly TimedReading[];
}

// Early, so that the server that is measured has most of the time.
const KILL_SHARE = 0.25;
const READING_MS = 2_000;
const SETTLE_MS_MAX = 60_000;
const SETTLE_LOOK_MS = 500;

/** Runs it; problems are in the world. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { runtime, home, ms, random, pauseMs } = options;
  const authorizations = prepareHome(home);
  const world = new World();
  const actors = createActors({ world, random, authorizations });
  const crowd = runCrowd({ actors, world, random, pauseMs });
  const start = () => startServed(runtime, home, authorizations.ann);
  let served: Served | undefined;
  try {
    served = await start();
    await underLoad(served, { options, world, ms: ms * KILL_SHARE });
    world.generation++;
    world.shut();
    await served.process.stop("SIGKILL");
    await world.close();
    served = await start();
    lookFor(world, home);
    const before = await readServed(served);
    const readings = await underLoad(served, { options, world, ms: ms * (1 - KILL_SHARE) });
    if (!await world.close()) world.wrong("A client waits for ever");
    lookFor(world, home);
    const after = await settled(served);
    const growth = growthOf(readings);
    for (const what of [...growth.problems, ...leftOver(before, after)]) world.wrong(what);
    await endServed(served, world);
    served = undefined;
    lookFor(world, home);
    return { world, growth, before, after, readings };
  } finally {
    world.end();
    await served?.process[Symbol.asyncDispose]();
    await crowd;
  }
}

interface ActorParts {
  readonly world: World;
  readonly random: (below: number) => number;
  readonly authorizations: Authorizations;
}

/** All clients, of both eras and of two principals, each in the namespace of its own. */
function createActors({ world, random, authorizations }: ActorParts): readonly Actor[] {
  const { ann, build } = authorizations;
  const kinds = [
    { name: "writer", create: createWriter, count: 6 },
    { name: "listener", create: createListener, count: 4 },
    { name: "mounted", create: createMountedCaller, count: 4 },
    { name: "dropper", create: createDropper, count: 4 },
  ];
  const actors = kinds.flatMap(({ name, create, count }) =>
    Array.from({ length: count }, (_, at) => {
      const headers = { authorization: at % 4 < 2 ? ann : build };
      // Streams without a session are of one era alone.
      const isModern = at % 2 === 0 && create !== createDropper;
      const caller = new Caller({ era: isModern ? "modern" : "legacy", headers });
      return create({ name: `${name}${at}`, world, caller, random });
    })
  );
  const stranger = createStranger({
    name: "stranger",
    world,
    random,
    authorization: build,
    caller: new Caller({ era: "modern", headers: { authorization: build } }),
    other: new Caller({ era: "legacy", headers: { authorization: ann } }),
  });
  return [...actors, stranger];
}

interface LoadOptions {
  readonly options: SoakOptions;
  readonly world: World;
  readonly ms: number;
}

async function underLoad(
  served: Served,
  { options, world, ms }: LoadOptions,
): Promise<readonly TimedReading[]> {
  const startedMs = performance.now();
  const readings: TimedReading[] = [];
  world.open(served.url);
  while (performance.now() - startedMs < ms && !world.isOver) {
    const leftMs = ms - (performance.now() - startedMs);
    await pause(Math.min(READING_MS, Math.max(0, leftMs)));
    const at = (performance.now() - startedMs) / 1_000;
    const reading = { at, ...await readServed(served) };
    readings.push(reading);
    options.onReading?.(reading, world);
  }
  return readings;
}

function lookFor(world: World, home: string): void {
  for (const what of world.ledger.compare(join(home, "mcp", "memory.db"))) world.wrong(what);
}

/** The server when all that clients left behind has had its time to go. */
async function settled(served: Served): Promise<Reading> {
  const startedMs = performance.now();
  for (;;) {
    const reading = await readServed(served);
    const { sessions, streams, tasks } = reading;
    const isSettled = sessions + streams + tasks === 0;
    if (isSettled || performance.now() - startedMs > SETTLE_MS_MAX) return reading;
    await pause(SETTLE_LOOK_MS);
  }
}

async function endServed(served: Served, world: World): Promise<void> {
  const children = childrenOf(served);
  const { code, stderr } = await served.process.stop();
  if (code !== 0) world.wrong(`It ends with ${code}: ${stderr.slice(-1_000)}`);
  else if (stderr !== "") world.wrong(`It says: ${stderr.slice(0, 1_000)}`);
  for (const pid of children) if (isAlive(pid)) world.wrong("A mounted server was left behind");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
