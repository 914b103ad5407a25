// Gives each target its turn, some seconds in a process of its own, until the time is over, and says what
// broke: a promise, a crash, an input that takes longer than a second, a heap that grows.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FuzzTarget } from "../../tests/fuzz/fuzz_target.ts";
import { inputOf } from "../../tests/fuzz/try_inputs.ts";
import { afterWarmUp, trendOf } from "../measure/trend.ts";
import { minimise } from "./_minimise.ts";
import type { ChildReport } from "./_reports.ts";
import { watchChild, type Watched, type WatchOptions } from "./_watch.ts";

/** Something that must not be. */
export interface Failure {
  readonly target: string;
  readonly kind: "broken promise" | "hang" | "crash" | "memory growth";
  readonly seed: number;
  /** The number of the input; undefined where no single one is to blame. */
  readonly at: number | undefined;
  /** The file with the input. */
  readonly path: string | undefined;
  readonly message: string;
}

/** Options of `runSlices`. */
export interface SlicesOptions {
  readonly targets: readonly FuzzTarget[];
  /** The URL of the module that exports them. */
  readonly module: string;
  readonly seed: number;
  /** The time of all slices together. */
  readonly ms: number;
  /** The longest time of one slice. */
  readonly sliceMs: number;
  /** Where inputs that fail are put. */
  readonly folder: string;
  /** Inputs that may be tried to make one smaller that hangs or crashes: each takes a process. */
  readonly processTriesMax: number;
  readonly onSlice: (target: string, inputs: number) => void;
}

const WATCH: WatchOptions = { hangMs: 1_000, marginMs: 60_000 };
const SLICE_MS_MIN = 2_000;
// A machine that stands still for a second does so more than once.
const REPLAYS = 3;
const WARM_UP_SHARE = 0.4;
const GROWTH_BYTES_MAX = 16 * 1024 * 1024;

/** Runs slices until the time is over or something fails. */
export async function runSlices(options: SlicesOptions): Promise<Failure | undefined> {
  const { targets, sliceMs, ms } = options;
  const work = mkdtempSync(join(tmpdir(), "car-mcp-fuzz-"));
  const firsts = new Map<string, number>();
  const endMs = performance.now() + ms;
  // Every target has its turn, however short the time is.
  const turnMs = Math.max(SLICE_MS_MIN, Math.min(sliceMs, ms / targets.length));
  try {
    for (let turn = 0; turn < targets.length || performance.now() < endMs; turn++) {
      const target = targets[turn % targets.length];
      if (target === undefined) break;
      const first = firsts.get(target.name) ?? 0;
      const slice = { ...options, target, first, turnMs, work };
      const { failure, next } = await runSlice(slice);
      options.onSlice(target.name, next - first);
      if (failure !== undefined) return failure;
      firsts.set(target.name, next);
    }
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Slice extends SlicesOptions {
  readonly target: FuzzTarget;
  readonly first: number;
  readonly turnMs: number;
  readonly work: string;
}

async function runSlice(slice: Slice): Promise<{ failure: Failure | undefined; next: number }> {
  const { target, module, seed, first, turnMs, work, folder } = slice;
  mkdirSync(folder, { recursive: true });
  const failurePath = join(folder, `${target.name}-${seed}.input`);
  const progressPath = join(work, "progress");
  rmSync(progressPath, { force: true });
  const order = { target: target.name, module, seed, first, ms: turnMs, progressPath, failurePath };
  const watched = await watchChild({ kind: "try", ...order }, WATCH);
  const inputs = watched.reports.find((report) => report.kind === "done")?.inputs;
  const next = inputs === undefined ? Math.max(first, watched.at ?? first) + 1 : first + inputs;
  return { failure: await failureOf(watched, slice, failurePath), next };
}

async function failureOf(
  watched: Watched,
  slice: Slice,
  failurePath: string,
): Promise<Failure | undefined> {
  const { target: { name: target }, seed } = slice;
  const broken = watched.reports.find((report) => report.kind === "broken");
  if (broken !== undefined) {
    const { at, message } = broken;
    return { target, kind: "broken promise", seed, at, path: failurePath, message };
  }
  if (watched.end === "done") return growthOf(watched.reports, slice);
  if (watched.at === undefined) {
    const message = `It ended while no input was tried: ${watched.errors}`;
    return { target, kind: "crash", seed, at: undefined, path: undefined, message };
  }
  return await stillFailing(watched, slice, failurePath);
}

/** A hang or a crash, tried again alone: a busy machine is no fault of the input. */
async function stillFailing(
  { end, at = 0, errors }: Watched,
  { target, module, seed, work, processTriesMax: triesMax }: Slice,
  path: string,
): Promise<Failure | undefined> {
  let replays = 0;
  const fails = async (input: Uint8Array) => {
    writeFileSync(path, input);
    const progressPath = join(work, `replay-${++replays}`);
    const { reports, end } = await watchChild(
      { kind: "replay", target: target.name, module, path, progressPath },
      WATCH,
    );
    const replayed = reports.find((report) => report.kind === "replayed");
    return end !== "done" || replayed === undefined || replayed.ms > WATCH.hangMs;
  };
  const input = inputOf(target, { seed, at });
  let failed = 0;
  while (failed < REPLAYS && await fails(input)) failed++;
  const isAlone = failed === REPLAYS;
  const shared = { target: target.name, seed, at };
  if (end === "hung") {
    if (!isAlone) {
      rmSync(path, { force: true });
      return undefined;
    }
    writeFileSync(path, await minimise(input, { fails, triesMax }));
    const message = `It takes longer than ${WATCH.hangMs} ms`;
    return { ...shared, kind: "hang", path, message };
  }
  writeFileSync(path, isAlone ? await minimise(input, { fails, triesMax }) : input);
  const alone = isAlone ? "" : " (not by this input alone)";
  return { ...shared, kind: "crash", path, message: `The process ended${alone}: ${errors}` };
}

function growthOf(
  reports: readonly ChildReport[],
  { target, seed }: Slice,
): Failure | undefined {
  const measured = reports.flatMap((report) =>
    report.kind === "measured" ? [{ at: report.at, value: report.heapBytes }] : []
  );
  const trend = trendOf(afterWarmUp(measured, WARM_UP_SHARE));
  if (trend === undefined || trend.rise <= GROWTH_BYTES_MAX) return undefined;
  const mib = (bytes: number) => `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
  return {
    target: target.name,
    kind: "memory growth",
    seed,
    at: undefined,
    path: undefined,
    message: `The heap grew by ${mib(trend.rise)} from ${mib(trend.first)}, ` +
      `${Math.round(trend.slope)} bytes with each input`,
  };
}
