// What the engine is compared with: BM25 as the textbooks have it, with words as they stand and with
// stems and stop words, and the full-text search of SQLite. Subject and body are one text to them.

import { DatabaseSync } from "node:sqlite";
import { stemOf } from "../../src/memory/stemmer.ts";
import { createTokenizer } from "../../src/memory/tokenizer.ts";
import type { Scope } from "./_retrieval_data.ts";

/** Answers a question with the ids of facts, best first; open for one scope. */
export interface Ranker extends AsyncDisposable {
  rank(query: string, k: number): readonly string[];
}

/** Something that ranks. */
export interface RankerKind {
  readonly name: string;
  open(scope: Scope): Promise<Ranker>;
}

type Words = (text: string) => readonly string[];

const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;
const WORD = /[\p{L}\p{N}]+/gu;

/** The yardsticks, in the order of the table. */
export const YARDSTICKS: readonly RankerKind[] = [
  { name: "BM25, plain words", open: (scope) => Promise.resolve(openBm25(scope, plainWords)) },
  { name: "BM25, stem, stop words", open: (scope) => Promise.resolve(openBm25(scope, stems())) },
  { name: "SQLite FTS5, porter", open: (scope) => Promise.resolve(openFts5(scope)) },
];

function plainWords(text: string): readonly string[] {
  return text.toLowerCase().normalize("NFKC").match(WORD) ?? [];
}

function stems(): Words {
  const tokenizer = createTokenizer();
  const isStop = (word: string) => tokenizer.terms(word, "query")[0]?.isStop ?? false;
  return (text) => plainWords(text).filter((word) => !isStop(word)).map(stemOf);
}

function openBm25({ facts }: Scope, wordsOf: Words): Ranker {
  const postings = new Map<string, Map<number, number>>();
  const lengths = facts.map((fact, at) => {
    const words = wordsOf(`${fact.subject} ${fact.body}`);
    for (const word of words) {
      const counts = postings.get(word) ?? new Map<number, number>();
      postings.set(word, counts.set(at, (counts.get(at) ?? 0) + 1));
    }
    return words.length;
  });
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, facts.length);
  return {
    rank(query, k) {
      const scores = new Map<number, number>();
      for (const word of new Set(wordsOf(query))) {
        const counts = postings.get(word) ?? new Map<number, number>();
        const weight = Math.log(1 + (facts.length - counts.size + 0.5) / (counts.size + 0.5));
        for (const [at, count] of counts) {
          const length = 1 - LENGTH_SHARE + LENGTH_SHARE * (lengths[at] ?? 0) / mean;
          const earned = weight * count * (SATURATION + 1) / (count + SATURATION * length);
          scores.set(at, (scores.get(at) ?? 0) + earned);
        }
      }
      return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, k)
        .map(([at]) => facts[at]?.id ?? "");
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function openFts5({ facts }: Scope): Ranker {
  const database = new DatabaseSync(":memory:");
  database.exec(
    "CREATE VIRTUAL TABLE facts USING fts5(subject, body, tokenize = 'porter unicode61')",
  );
  const insert = database.prepare("INSERT INTO facts (rowid, subject, body) VALUES (?, ?, ?)");
  database.exec("BEGIN");
  for (const [at, { subject, body }] of facts.entries()) insert.run(at, subject, body);
  database.exec("COMMIT");
  const select = database.prepare(
    "SELECT rowid FROM facts WHERE facts MATCH ? ORDER BY bm25(facts), rowid LIMIT ?",
  );
  return {
    rank(query, k) {
      const words = [...new Set(plainWords(query))];
      if (words.length === 0) return [];
      return select.all(words.map((word) => `"${word}"`).join(" OR "), k)
        .map((row) => facts[Number(row["rowid"])]?.id ?? "");
    },
    [Symbol.asyncDispose]: () => Promise.resolve(database.close()),
  };
}
