// Rounds of a server that is killed: each starts it, looks whether everything that was ever acknowledged
// is there, lets clients write for a moment, and kills it. The runtimes take turns on the same home.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callTool, writeUntilGone } from "./_client.ts";
import { Ledger } from "../ledger/ledger.ts";
import { killWhileStarting, startVictim, type Victim, type VictimRuntime } from "./_victim.ts";

/** Options of `runRounds`. */
export interface RoundsOptions {
  readonly rounds: number;
  readonly runtimes: readonly VictimRuntime[];
  /** Gives whole numbers from 0 to below `below`. */
  readonly random: (below: number) => number;
  /** Is told of each round that was looked at. */
  readonly onRound?: (round: number, report: RoundsReport) => void;
}

/** What happened in all rounds so far. */
export interface RoundsReport {
  acknowledged: number;
  /** Writes whose answer never came. */
  underWay: number;
  erased: number;
  /** What contradicted what clients were told; empty: nothing. */
  readonly problems: string[];
}

const CLIENTS = 12;
const WRITE_MS_MAX = 300;
const START_MS_MAX = 400;
const STOP_MS_MAX = 40;
// A memory that grows for ever makes every round longer.
const ROUNDS_OF_HOME = 25;
const QUERIES = 10;

/** Runs the rounds; ends with the first one that found something. */
export async function runRounds(options: RoundsOptions): Promise<RoundsReport> {
  const report: RoundsReport = { acknowledged: 0, underWay: 0, erased: 0, problems: [] };
  for (let first = 0; first < options.rounds; first += ROUNDS_OF_HOME) {
    const home = mkdtempSync(join(tmpdir(), "car-mcp-chaos-"));
    try {
      const last = Math.min(options.rounds, first + ROUNDS_OF_HOME);
      await runOnHome(home, { options, report, first, last });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
    if (report.problems.length > 0) break;
  }
  return report;
}

interface HomeRounds {
  readonly options: RoundsOptions;
  readonly report: RoundsReport;
  readonly first: number;
  readonly last: number;
}

async function runOnHome(home: string, { options, report, first, last }: HomeRounds) {
  const { random, runtimes, onRound } = options;
  const ledger = new Ledger();
  for (let round = first; round <= last; round++) {
    const runtime = runtimes[round % runtimes.length];
    if (runtime === undefined) throw new Error("There is no runtime");
    if (random(5) === 0) await killWhileStarting(runtime, { home, afterMs: random(START_MS_MAX) });
    const victim = await startVictim(runtime, home);
    try {
      await look({ home, victim, ledger, random, report });
      onRound?.(round, report);
      // The last start is there to look alone.
      if (round === last || report.problems.length > 0) return;
      await writeAndKill(victim, { ledger, round, random, report });
    } finally {
      await victim.kill();
    }
  }
}

interface RoundParts {
  readonly ledger: Ledger;
  readonly random: (below: number) => number;
  readonly report: RoundsReport;
}

async function writeAndKill(
  victim: Victim,
  { ledger, round, random, report }: RoundParts & { readonly round: number },
): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, (_, at) =>
    writeUntilGone({
      url: victim.url,
      ledger,
      name: `r${round}c${at}`,
      random,
      onAcknowledged: () => report.acknowledged++,
    }));
  const refusal = Promise.all(clients).then(() => undefined, (thrown: unknown) => thrown);
  await new Promise((resolve) => setTimeout(resolve, 20 + random(WRITE_MS_MAX)));
  if (random(4) === 0) await victim.killWhileStopping(random(STOP_MS_MAX));
  else await victim.kill();
  const thrown = await refusal;
  if (thrown !== undefined) report.problems.push(String(thrown));
  report.underWay += CLIENTS;
}

// In the file, all of it; by queries, some of it: the index in RAM was made anew.
async function look(
  { home, victim, ledger, random, report }: RoundParts & {
    readonly home: string;
    readonly victim: Victim;
  },
): Promise<void> {
  report.problems.push(...ledger.compare(join(home, "mcp", "memory.db")));
  report.erased = ledger.facts.filter(({ state }) => state === "erased").length;
  for (let query = 0; query < Math.min(QUERIES, ledger.facts.length); query++) {
    const fact = ledger.facts[random(ledger.facts.length)];
    if (fact === undefined) continue;
    const answer = await callTool(victim.url, "memory_query", { query: fact.word, k: 3 });
    const isFound = answer !== undefined && JSON.stringify(answer).includes(` ${fact.word} `);
    if (isFound !== (fact.state === "live")) {
      report.problems.push(`${fact.word} (${fact.state}) is ${isFound ? "" : "not "}found`);
    }
  }
}
