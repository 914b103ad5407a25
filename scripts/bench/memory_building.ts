// Builds the index of a home anew, from its rows, in a process of its own, while the event loop is watched:
// prints the milliseconds until the namespace is ready and how long a turn of anybody else had to wait
// meanwhile. What the machine itself holds up is measured before, for as long.

import process from "node:process";
import { openEngine } from "./_engine.ts";
import { NAMESPACE } from "./_facts.ts";
import type { Building, Turns } from "./_memory_size.ts";
import { percentile } from "./_percentile.ts";

const WATCH_MS = 1_000;

/** Takes turns until `isOver`, and says how long they took. */
async function watchTurns(isOver: () => boolean): Promise<Turns> {
  const waits: number[] = [];
  while (!isOver()) {
    const startMs = performance.now();
    // A timer, as timers wait for the longest: everything that is due comes before them.
    await new Promise((turn) => setTimeout(turn, 0));
    waits.push(performance.now() - startMs);
  }
  return { p99Ms: percentile(waits, 0.99), longestMs: Math.max(...waits) };
}

const [home = "", query = ""] = process.argv.slice(2);
const { memory } = await openEngine(home);
const idleEndMs = performance.now() + WATCH_MS;
const idle = await watchTurns(() => performance.now() > idleEndMs);
let isReady = false;
const startMs = performance.now();
const building = Promise.resolve(memory.prepare(NAMESPACE, query)).then(() => isReady = true);
const busy = await watchTurns(() => isReady);
await building;
const ms = performance.now() - startMs;
const measured: Building = { ms, busy, idle };
process.stdout.write(`${JSON.stringify(measured)}\n`);
// What was opened is not closed: this is a reader, and a clean end would write.
process.exit(0);
