// The process that tries inputs of one target, watched by `run.ts`, which ends it when an input takes too
// long. It writes one JSON line for each measurement, for a broken promise, and at its end.

import { readFileSync, writeFileSync, writeSync } from "node:fs";
import process from "node:process";
import type { Bytes, FuzzTarget, OpenTarget } from "../../tests/fuzz/fuzz_target.ts";
import { BrokenPromise, tryInput } from "../../tests/fuzz/try_inputs.ts";
import { minimise } from "./_minimise.ts";
import { openProgressFile, type ProgressFile } from "./_progress_file.ts";
import type { ChildOrder, ChildReport } from "./_reports.ts";

const MEASUREMENTS = 20;
// Of the time, at most; on a busy machine it takes seconds to collect a heap.
const MEASURING_SHARE = 0.2;
const MINIMISE_TRIES = 3_000;
const SETTLE_MS = 20;
const STDOUT = 1;

const order: ChildOrder = JSON.parse(process.argv[2] ?? "");
const { FUZZ_TARGETS: targets }: { FUZZ_TARGETS: readonly FuzzTarget[] } = await import(
  order.module
);
const target = targets.find(({ name }) => name === order.target);
if (target === undefined) throw new Error(`There is no target "${order.target}"`);
const open = await target.open();
try {
  if (order.kind === "replay") await replay(open, order.path);
  else await tryInputs(target, open, order);
} finally {
  await open.close?.();
}

function say(report: ChildReport): void {
  writeSync(STDOUT, new TextEncoder().encode(`${JSON.stringify(report)}\n`));
}

async function replay(open: OpenTarget, path: string): Promise<void> {
  // The first check of a process takes its time for compiling, too.
  await outcomeOf(open, new Uint8Array());
  const progress = openProgressFile(order.progressPath);
  progress.begin(0);
  const startedMs = performance.now();
  const thrown = await outcomeOf(open, new Uint8Array(readFileSync(path)));
  progress.close();
  say({ kind: "replayed", ms: performance.now() - startedMs, message: messageOf(thrown) });
}

/** What a check throws; undefined when it holds its promise. */
async function outcomeOf(open: OpenTarget, input: Bytes): Promise<unknown> {
  try {
    await open.check(input);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

async function tryInputs(
  target: FuzzTarget,
  open: OpenTarget,
  { seed, first, ms, progressPath, failurePath }: Extract<ChildOrder, { kind: "try" }>,
): Promise<void> {
  const progress = openProgressFile(progressPath);
  const startedMs = performance.now();
  let nextMs = startedMs;
  let at = first;
  for (; performance.now() - startedMs < ms; at++) {
    progress.begin(at);
    try {
      await tryInput(target, open, { seed, at });
    } catch (thrown) {
      if (!(thrown instanceof BrokenPromise)) throw thrown;
      await reportBroken(open, thrown, { failurePath, progress });
      break;
    }
    const beganMs = performance.now();
    if (beganMs < nextMs) continue;
    progress.beginOther();
    say({ kind: "measured", at, heapBytes: await heapBytes() });
    const endedMs = performance.now();
    nextMs = endedMs + Math.max(ms / MEASUREMENTS, (endedMs - beganMs) / MEASURING_SHARE);
  }
  progress.close();
  say({ kind: "done", inputs: at - first });
}

async function reportBroken(
  open: OpenTarget,
  { cause, input, origin }: BrokenPromise,
  { failurePath, progress }: { readonly failurePath: string; readonly progress: ProgressFile },
): Promise<void> {
  // Whoever ends this process while it looks for a smaller input finds the whole one.
  writeFileSync(failurePath, input);
  say({ kind: "broken", at: origin.at, message: messageOf(cause) ?? "" });
  const kind = kindOf(cause);
  let tries = 0;
  const smallest = await minimise(input, {
    fails(one) {
      // Numbers that no input has; each new one says that the one before came to its end.
      progress.begin(-++tries);
      return outcomeOf(open, one).then((thrown) => kindOf(thrown) === kind);
    },
    triesMax: MINIMISE_TRIES,
  });
  writeFileSync(failurePath, smallest);
}

/** What two failures have in common when they are the same one: where they were thrown. */
function kindOf(thrown: unknown): string {
  if (thrown === undefined) return "";
  if (!(thrown instanceof Error)) return String(thrown);
  const place = thrown.stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? "";
  return `${thrown.name} ${place}`;
}

function messageOf(thrown: unknown): string | undefined {
  if (thrown === undefined) return undefined;
  return thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown);
}

/** What is still used after everything unused was collected. */
async function heapBytes(): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  // What waits for its turn is still used, and inputs that never wait give nothing a turn.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
