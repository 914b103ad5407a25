// Puts the server under the load of all kinds of clients for a while. Arguments: --minutes N (10), --runtime
// deno or bun (deno), --seed N (a random one). Prints a table; ends with 1 when anything was wrong: memory,
// descriptors or sessions that grow, an acknowledged write that is missing, a wrong answer.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { BUN, DENO } from "../../tests/helpers/runtimes.ts";
import { seededRandom } from "../../tests/helpers/seeded_random.ts";
import { soak } from "./_soak.ts";
import { soakTable } from "./_table.ts";
import { DEEDS } from "./_world.ts";

const SHOWN_EVERY = 15;
const PAUSE_MS = 20;

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    minutes: { type: "string", default: "10" },
    runtime: { type: "string", default: "deno" },
    seed: { type: "string" },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
const runtime = { deno: DENO, bun: BUN }[values.runtime];
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

if (!(minutes > 0)) fail(`--minutes must be more than 0, not "${values.minutes}"`);
else if (!Number.isSafeInteger(seed)) fail(`--seed must be a whole number, not "${values.seed}"`);
else if (runtime === undefined) fail(`There is no runtime "${values.runtime}" here`);
else {
  const home = mkdtempSync(join(tmpdir(), "car-mcp-soak-"));
  const remove = () => rmSync(home, { recursive: true, force: true });
  process.once("exit", remove);
  say(`${minutes} minutes under ${runtime.name}, seed ${seed}`);
  let shown = 0;
  const report = await soak({
    runtime,
    home,
    ms: minutes * 60_000,
    pauseMs: PAUSE_MS,
    random: seededRandom(seed),
    onReading({ at, residentBytes, descriptors, sessions }, world) {
      if (++shown % SHOWN_EVERY !== 0) return;
      const deeds = DEEDS.reduce((sum, deed) => sum + world.times(deed), 0);
      const ram = (residentBytes / (1024 * 1024)).toFixed(0);
      say(
        `${at.toFixed(0)} s: ${deeds} things done, ${ram} MiB, ` +
          `${descriptors} descriptors, ${sessions} sessions`,
      );
    },
  });
  say(`\n${soakTable(report)}\nseed ${seed}`);
  process.exitCode = report.world.problems.length === 0 ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 2;
}
