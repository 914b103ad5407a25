// How fast facts are stored, and what queries notice of it. Every add is acknowledged on disk.

import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { MemoryEngine } from "../../src/memory/engine.ts";
import { NAMESPACE } from "./_facts.ts";
import type { FactSource } from "./_memory_facts.ts";
import { percentile } from "./_percentile.ts";

/** Adds that wait at the same time. */
export const WRITERS = 256;
const SINGLE_ADDS = 200;
// Before them: while the log of a new database grows, each sync also writes down its new length. From the
// second round on it is written over.
const SETTLING_ADDS = 2_500;
const SYNCS = 100;
const PAGE_BYTES = 4_096;
const MIXED_QUERIES = 400;
// The share of a fill by which its speed is told: the last facts, when the index has its size.
const MEASURED_SHARE = 0.2;

/** Facts of a source that go into an engine in the order of their numbers. */
export interface Filling {
  readonly memory: MemoryEngine;
  readonly source: FactSource;
}

/** Stores facts `from` to below `to`, always 256 at once; the adds a second of the last ones. */
export async function fillAtOnce(
  { memory, source }: Filling,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number> {
  const measuredFrom = from + Math.floor((to - from) * (1 - MEASURED_SHARE));
  // As those that FTS5 stores, they are there before the clock starts.
  const measured = Array.from({ length: to - measuredFrom }, (_, nth) => {
    return source.fact(measuredFrom + nth);
  });
  let next = from;
  let measuredMs = 0;
  const writer = async () => {
    while (next < to) {
      const number = next++;
      if (number === measuredFrom) measuredMs = performance.now();
      await memory.addFact(NAMESPACE, measured[number - measuredFrom] ?? source.fact(number));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return (to - measuredFrom) / (performance.now() - measuredMs) * 1_000;
}

/** Milliseconds of one add that nobody else waits with, p50, in a memory that runs for a while. */
export async function timeSingleAdds({ memory, source }: Filling, from: number): Promise<number> {
  const times: number[] = [];
  for (let number = from; number < from + SETTLING_ADDS + SINGLE_ADDS; number++) {
    const fact = source.fact(number);
    const startMs = performance.now();
    await memory.addFact(NAMESPACE, fact);
    if (number >= from + SETTLING_ADDS) times.push(performance.now() - startMs);
  }
  return percentile(times, 0.5);
}

/** Milliseconds of writing and syncing one page at the end of a file, p50: what the disk costs. */
export function timeSync(folder: string): number {
  const file = openSync(join(folder, "sync"), "w");
  const page = new Uint8Array(PAGE_BYTES);
  const times: number[] = [];
  for (let nth = 0; nth < SYNCS; nth++) {
    const startMs = performance.now();
    writeSync(file, page);
    fsyncSync(file);
    times.push(performance.now() - startMs);
  }
  closeSync(file);
  return percentile(times, 0.5);
}

/** p99 of a query, from when it is wanted to its answer, in milliseconds. */
export interface QueryDelay {
  readonly idleMs: number;
  /** While 256 writers wait for every commit. */
  readonly underWritersMs: number;
}

/** Asks queries one after the other, each after a turn of the event loop. */
export async function timeDelays(
  filling: Filling,
  facts: number,
): Promise<QueryDelay & { readonly stored: number }> {
  const idleMs = await p99Of(filling, facts);
  let isOver = false;
  let next = facts;
  const writer = async () => {
    while (!isOver) await filling.memory.addFact(NAMESPACE, filling.source.fact(next++));
  };
  const writing = Promise.all(Array.from({ length: WRITERS }, writer));
  const underWritersMs = await p99Of(filling, facts);
  isOver = true;
  await writing;
  return { idleMs, underWritersMs, stored: next - facts };
}

async function p99Of({ memory, source }: Filling, facts: number): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < MIXED_QUERIES; number++) {
    const wantedMs = performance.now();
    await new Promise((turn) => setTimeout(turn, 0));
    memory.query(NAMESPACE, { text: source.query(number, facts), k: 5 });
    times.push(performance.now() - wantedMs);
  }
  return percentile(times, 0.99);
}
