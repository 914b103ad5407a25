// Tries inputs of the fuzz targets for minutes or hours. Arguments: --target NAME (all), --seed N (a random
// one), --minutes M (10), --out FOLDER for inputs that fail (dist/fuzz), --replay FILE to try one input of a
// target again, --list to name the targets. Ends with 1 when something failed.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { FUZZ_TARGETS } from "../../tests/fuzz/fuzz_targets.ts";
import { runSlices } from "./_slices.ts";
import { watchChild } from "./_watch.ts";

const SLICE_MS = 30_000;
const PROCESS_TRIES_MAX = 40;
const REPLAY_MS_MAX = 60_000;
const MODULE = new URL("../../tests/fuzz/fuzz_targets.ts", import.meta.url).href;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    target: { type: "string" },
    seed: { type: "string" },
    minutes: { type: "string", default: "10" },
    out: { type: "string", default: "dist/fuzz" },
    replay: { type: "string" },
    list: { type: "boolean", default: false },
  },
});
const targets = FUZZ_TARGETS.filter(({ name }) =>
  values.target === undefined || name === values.target
);
const seed = wholeNumber("seed", values.seed) ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
const minutes = Number(values.minutes);
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

if (values.list) { for (const { name, promise } of FUZZ_TARGETS) say(`${name}: ${promise}`); }
else if (targets.length === 0) fail(`There is no target "${values.target}"; --list names them`);
else if (!(minutes > 0)) fail(`--minutes must be more than 0, not "${values.minutes}"`);
else process.exitCode = values.replay === undefined ? await fuzz() : await replay(values.replay);

async function fuzz(): Promise<number> {
  say(`${targets.length} targets, ${minutes} minutes, seed ${seed}`);
  const tried = new Map<string, number>();
  const failure = await runSlices({
    targets,
    module: MODULE,
    seed,
    ms: minutes * 60_000,
    sliceMs: SLICE_MS,
    folder: values.out,
    processTriesMax: PROCESS_TRIES_MAX,
    onSlice(target, inputs) {
      const all = (tried.get(target) ?? 0) + inputs;
      tried.set(target, all);
      say(`${target}: ${inputs} inputs, ${all} in all`);
    },
  });
  if (failure === undefined) {
    say(`nothing found: ${[...tried.values()].reduce((sum, inputs) => sum + inputs, 0)} inputs`);
    return 0;
  }
  const { target, kind, at, path, message } = failure;
  say(`${target}: ${kind} at input ${at ?? "of no number"}, seed ${failure.seed}`);
  say(message);
  if (path !== undefined) {
    say(`Once more: deno task fuzz --target ${target} --replay ${path}`);
  }
  return 1;
}

async function replay(path: string): Promise<number> {
  const [target] = targets;
  if (target === undefined || targets.length > 1) return fail("--replay needs --target");
  const work = mkdtempSync(join(tmpdir(), "car-mcp-fuzz-"));
  const progressPath = join(work, "progress");
  const order = {
    kind: "replay",
    target: target.name,
    module: MODULE,
    path,
    progressPath,
  } as const;
  const watched = await watchChild(order, { hangMs: REPLAY_MS_MAX, marginMs: REPLAY_MS_MAX })
    .finally(() => rmSync(work, { recursive: true, force: true }));
  const replayed = watched.reports.find((report) => report.kind === "replayed");
  if (replayed === undefined) {
    return fail(watched.end === "hung" ? "It does not end" : `It crashed: ${watched.errors}`);
  }
  say(`It took ${replayed.ms.toFixed(1)} ms`);
  if (replayed.message === undefined) return 0;
  return fail(replayed.message);
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number, not "${text}"`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string): number {
  process.stderr.write(`${text}\n`);
  return process.exitCode = 1;
}
