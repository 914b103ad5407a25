// Whether what goes wrong in a target is noticed by the one who watches, named, and made small.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Failure, runSlices } from "../../../scripts/fuzz/_slices.ts";
import { tempHome } from "../../helpers/temp_home.ts";
import { FUZZ_TARGETS } from "./_bad_targets.ts";

interface Found {
  readonly failure: Failure | undefined;
  /** The input that was kept. */
  readonly input: string | undefined;
}

// It ends with the first failure; the time is there for a machine that stands still for a while.
async function fuzz(name: string, ms = 60_000): Promise<Found> {
  using folder = tempHome();
  const failure = await runSlices({
    targets: FUZZ_TARGETS.filter((target) => target.name === name),
    module: new URL("_bad_targets.ts", import.meta.url).href,
    seed: 1,
    ms,
    sliceMs: 1,
    folder: folder.path,
    processTriesMax: 0,
    onSlice: () => {},
  });
  const path = failure?.path;
  return { failure, input: path === undefined ? undefined : readFileSync(path, "utf8") };
}

Deno.test("runSlices() names the input that breaks a promise, and keeps the least of it", async () => {
  const { failure, input } = await fuzz("throwing");
  assert.equal(failure?.kind, "broken promise");
  assert.match(failure.message, /It went wrong/);
  assert.ok(Number(failure.at) >= 0);
  assert.equal(input, "F");
});

Deno.test("runSlices() ends an input that hangs, and keeps it", async () => {
  const { failure, input } = await fuzz("hanging");
  assert.equal(failure?.kind, "hang");
  assert.match(input ?? "", /F/);
});

Deno.test("runSlices() names the input at which the process ended", async () => {
  const { failure, input } = await fuzz("ending");
  assert.equal(failure?.kind, "crash");
  assert.match(input ?? "", /F/);
});

Deno.test("runSlices() finds nothing where nothing is wrong", async () => {
  assert.deepEqual(await fuzz("harmless", 1), { failure: undefined, input: undefined });
});
