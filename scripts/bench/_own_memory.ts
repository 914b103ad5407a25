// What a process takes once it has thrown away what nobody holds: told by the process itself, asked
// for by the measurement.

import process from "node:process";
import { setTimeout } from "node:timers/promises";
import type { ServerProcess } from "./_children.ts";
import type { Report } from "./_control.ts";
import type { Runtime } from "./_contenders.ts";

/** What a process takes, in bytes. */
export interface MemoryUse {
  /** Of the machine's memory. */
  readonly residentBytes: number;
  /** Of it, values that JavaScript can reach. */
  readonly heapBytes: number;
}

/** A runtime with the flags by which a script can have its garbage collected. */
export function collectable(runtime: Runtime): Runtime {
  return { ...runtime, flags: runtime.name === "deno" ? ["--v8-flags=--expose-gc"] : [] };
}

/** What a process says that answers `memory` by `reportMemory()`. */
export async function memoryOf(process: Pick<ServerProcess, "ask">): Promise<MemoryUse> {
  const { residentBytes = NaN, heapBytes = NaN } = await process.ask("memory");
  return { residentBytes, heapBytes };
}

/** What the runtimes offer to a script that wants its garbage collected. */
interface Collectors {
  readonly Bun?: { gc(force: boolean): void };
  readonly gc?: (options: { type: "major"; execution: "sync"; flavor: "last-resort" }) => void;
}

// Several times: what a finalizer lets go of is found by the next one.
const COLLECTIONS = 4;
const BETWEEN_MS = 50;

/** Collects garbage and tells what this process takes, as MemoryUse. */
export async function reportMemory(): Promise<Report> {
  // The type checker knows neither.
  const { Bun: bun, gc } = globalThis as Collectors;
  if (bun === undefined && gc === undefined) throw new Error("Start with --v8-flags=--expose-gc");
  for (let done = 0; done < COLLECTIONS; done++) {
    bun?.gc(true);
    gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
    await setTimeout(BETWEEN_MS);
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed };
}
