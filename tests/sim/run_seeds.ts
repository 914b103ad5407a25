// Runs a number of seeds, all from a first one: `deno task sim 10000 1`. One seed alone is run again
// with `deno task sim 1 SEED`.

import { argv, stdout } from "node:process";
import { runSeed } from "./_run.ts";
import { settingOf, SETTINGS } from "./_settings.ts";
import { simServer } from "./_sim_server.ts";

const [count = 1_000, first = 0] = argv.slice(2).map(Number);
if (![count, first].every((given) => Number.isSafeInteger(given) && given >= 0)) {
  throw new RangeError(
    `Not two whole numbers, how many seeds and from which on: "${argv.slice(2)}"`,
  );
}
const startedMs = performance.now();
for (const setting of SETTINGS) {
  await using server = await simServer(setting.bounds);
  for (let seed = first; seed < first + count; seed++) {
    if (settingOf(seed) === setting) await runSeed(server, seed);
  }
}
const perSecond = Math.round(count / (performance.now() - startedMs) * 1_000);
stdout.write(`${count} seeds from ${first}: all as the model says, ${perSecond} a second\n`);
