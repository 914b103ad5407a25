// Measures what the engine finds: externally written questions against stored facts, scored by the
// facts that come back, beside textbook BM25 and SQLite's full-text search in the same run. No
// language model takes part, so a table can be made again to the last digit.

import { existsSync } from "node:fs";
import process from "node:process";
import { Command } from "commander";
import { alignColumns } from "./_report.ts";
import { listSets, loadSet, type RetrievalSet, type SetQuery } from "./_retrieval_data.ts";
import { ENGINE } from "./_retrieval_engine.ts";
import { meanScores, RANKS, SCORE_NAMES, type Scores, scoresOf } from "./_retrieval_scores.ts";
import { type RankerKind, YARDSTICKS } from "./_retrieval_yardsticks.ts";

const DATA_HELP =
  `Give the folder of the sets by --data DIR or CAR_BENCH_DATA. A set is a folder with
  set.json            {"splits": {"dev": {"facts": FILE, "queries": FILE}}}
  a file of facts     JSON lines (also .gz): {scope, id, subject, body, time?, session?}
  a file of queries   JSON lines (also .gz): {scope, id, query, category, relevant: [fact ids]}
Public collections that can be brought into this form: HotpotQA and MuSiQue (samples in the repository
OSU-NLP-Group/HippoRAG), SciFact (allenai/scifact), LongMemEval (xiaowu0162/LongMemEval) and
StateBench (Parslee-ai/statebench).`;

// What has no answer in the memory is a question to the reader, not to the search.
const LEFT_OUT: ReadonlySet<string> = new Set(["adversarial", "abstention"]);

interface Scored {
  readonly category: string;
  readonly scores: Scores;
}

const flags = new Command("bench:retrieval")
  .description("Scores what the engine finds, beside BM25 and SQLite FTS5")
  .addHelpText("after", `\n${DATA_HELP}`)
  .option("--data <folder>", "the folder of the sets", process.env["CAR_BENCH_DATA"])
  .option("--sets <names>", "only these sets, by commas")
  .option("--by-category", "also the scores of each category of questions")
  .option("--engine-only", "leave the yardsticks out")
  .parse(process.argv.slice(2), { from: "user" }).opts();
process.stdout.once("error", () => process.exit(1)); // nobody reads the tables any more
process.exitCode = await run();

async function run(): Promise<number> {
  const folder: string | undefined = flags["data"];
  const known = folder !== undefined && existsSync(folder) ? listSets(folder) : [];
  const wanted: readonly string[] = flags["sets"]?.split(",") ?? known;
  const missing = wanted.filter((name) => !known.includes(name));
  if (folder === undefined || wanted.length === 0 || missing.length > 0) {
    const what = missing.length > 0 ? `No set "${missing.join('", "')}" there` : "No sets there";
    process.stderr.write(`${folder === undefined ? "No folder was given" : what}.\n${DATA_HELP}\n`);
    return 2;
  }
  const kinds = flags["engineOnly"] ? [ENGINE] : [ENGINE, ...YARDSTICKS];
  for (const name of wanted) {
    process.stdout.write(`${await measure(loadSet(folder, name), kinds)}\n`);
  }
  return 0;
}

async function measure(set: RetrievalSet, kinds: readonly RankerKind[]): Promise<string> {
  const facts = set.scopes.reduce((sum, scope) => sum + scope.facts.length, 0);
  const rows: (readonly string[])[] = [];
  let asked = 0;
  for (const kind of kinds) {
    const scored = await scoreAll(set, kind);
    const counted = scored.filter(({ category }) => !LEFT_OUT.has(category));
    asked = counted.length;
    rows.push(rowOf(kind.name, counted));
    if (flags["byCategory"]) {
      for (const [category, some] of Map.groupBy(scored, (one) => one.category)) {
        rows.push(rowOf(`  ${category} (${some.length})`, some));
      }
    }
  }
  const head = `${set.name}: ${facts} facts, ${asked} queries`;
  return alignColumns([[head, ...SCORE_NAMES], ...rows]) + "\n";
}

async function scoreAll(set: RetrievalSet, kind: RankerKind): Promise<readonly Scored[]> {
  const scored: Scored[] = [];
  for (const scope of set.scopes) {
    await using ranker = await kind.open(scope);
    const score = ({ query, category, relevant }: SetQuery) => ({
      category,
      scores: scoresOf(ranker.rank(query, RANKS), relevant),
    });
    scored.push(...scope.queries.map(score));
  }
  return scored;
}

function rowOf(name: string, scored: readonly Scored[]): readonly string[] {
  const mean = meanScores(scored.map(({ scores }) => scores));
  return [name, ...SCORE_NAMES.map((score) => (100 * mean[score]).toFixed(1))];
}
