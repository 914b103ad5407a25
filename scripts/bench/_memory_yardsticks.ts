// What the engine's queries are timed beside, in the same process: BM25 in JavaScript as the textbooks
// have it and SQLite's full-text search, both as in the measure of retrieval, and a JavaScript index
// that scores every posting too but keeps everything in flat arrays.

import { NAMESPACE } from "./_facts.ts";
import type { BenchFact } from "./_memory_facts.ts";
import { type Ranker, YARDSTICKS } from "./_retrieval_yardsticks.ts";

/** Something that is timed. */
export interface Yardstick {
  readonly name: string;
  /** Takes in all facts; the ids it answers with are their numbers. */
  open(facts: readonly BenchFact[]): Promise<Ranker>;
}

const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;

/** The yardsticks; the first one is that of the goals. */
export const MEMORY_YARDSTICKS: readonly Yardstick[] = [
  ...YARDSTICKS.filter(({ name }) => !name.includes("stem")).map(({ name, open }) => ({
    name,
    open: (facts: readonly BenchFact[]) => open({ name, facts: facts.map(numbered), queries: [] }),
  })),
  { name: "BM25, flat arrays", open: (facts) => Promise.resolve(flatIndex(facts)) },
];

function numbered({ subject, body }: BenchFact, number: number) {
  return { scope: NAMESPACE, id: String(number), subject, body };
}

interface List {
  readonly facts: number[];
  readonly counts: number[];
}

function flatIndex(facts: readonly BenchFact[]): Ranker {
  const lists = new Map<string, List>();
  const lengths = facts.map((fact, number) => addTo(lists, fact, number));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, facts.length);
  const scores = new Float64Array(facts.length);
  return {
    rank(query, k) {
      const found: number[] = [];
      for (const word of new Set(query.split(" "))) {
        const list = lists.get(word) ?? { facts: [], counts: [] };
        const holding = list.facts.length;
        const weight = Math.log(1 + (facts.length - holding + 0.5) / (holding + 0.5));
        for (const [at, fact] of list.facts.entries()) {
          const count = list.counts[at] ?? 0;
          const length = 1 - LENGTH_SHARE + LENGTH_SHARE * (lengths[fact] ?? 0) / mean;
          const before = scores[fact] ?? 0;
          if (before === 0) found.push(fact);
          scores[fact] = before + weight * count * (SATURATION + 1) / (count + SATURATION * length);
        }
      }
      const best = firstBy(found, k, (fact) => scores[fact] ?? 0);
      for (const fact of found) scores[fact] = 0;
      return best.map(String);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

// Returns how many words the fact has.
function addTo(lists: Map<string, List>, { subject, body }: BenchFact, fact: number): number {
  const words = `${subject} ${body}`.split(" ");
  for (const [word, group] of Map.groupBy(words, (one) => one)) {
    const list = lists.get(word) ?? { facts: [], counts: [] };
    lists.set(word, list);
    list.facts.push(fact);
    list.counts.push(group.length);
  }
  return words.length;
}

function firstBy(facts: readonly number[], k: number, scoreOf: (fact: number) => number): number[] {
  const best: number[] = [];
  for (const fact of facts) {
    const last = best.at(-1);
    if (best.length === k && last !== undefined && scoreOf(fact) <= scoreOf(last)) continue;
    const at = best.findIndex((other) => scoreOf(other) < scoreOf(fact));
    best.splice(at < 0 ? best.length : at, 0, fact);
    if (best.length > k) best.pop();
  }
  return best;
}
