// Kills the server again and again while clients write, and looks whether anything that was acknowledged
// is missing, there twice, or back after it was erased. Arguments: how many rounds (500), a seed. Runs
// under Deno and, where it is installed, under Bun; ends with 1 when something was found.

import { spawnSync } from "node:child_process";
import process from "node:process";
import { seededRandom } from "../../tests/helpers/seeded_random.ts";
import { runRounds } from "./_rounds.ts";
import type { VictimRuntime } from "./_victim.ts";

const ROUNDS = 500;
const SHOWN_EVERY = 10;

const [rounds = `${ROUNDS}`, givenSeed] = process.argv.slice(2);
const seed = Number(givenSeed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
const deno: VictimRuntime = {
  name: "deno",
  command: process.execPath,
  prefix: ["run", "--quiet", "-A"],
};
const hasBun = spawnSync("bun", ["--version"]).status === 0;
const runtimes = hasBun ? [deno, { name: "bun", command: "bun", prefix: [] }] : [deno];

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

say(`${rounds} rounds under ${runtimes.map(({ name }) => name).join(" and ")}, seed ${seed}`);
const report = await runRounds({
  rounds: Number(rounds),
  runtimes,
  random: seededRandom(seed),
  onRound(round, { acknowledged, erased }) {
    if (round % SHOWN_EVERY === 0) {
      say(
        `round ${round}: ${acknowledged} writes acknowledged, ${erased} facts of this home erased`,
      );
    }
  },
});
for (const problem of report.problems.slice(0, 50)) say(`  ${problem}`);
say(
  report.problems.length === 0
    ? `nothing lost: ${report.acknowledged} writes acknowledged, ${report.underWay} under way`
    : `${report.problems.length} problems, seed ${seed}`,
);
process.exitCode = report.problems.length === 0 ? 0 : 1;
