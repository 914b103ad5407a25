// How fast SQLite's full-text search alone takes the same facts on the same disk: what adds are told beside.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BenchFact } from "./_memory_facts.ts";
import { WRITERS } from "./_memory_writes.ts";

// As many as end in a second or two.
const MEASURED_MAX = 10_000;

/** Facts a second that go into FTS5 last, as many to a synced transaction as writers wait for the engine. */
export function timeFtsWrites(folder: string, facts: readonly BenchFact[]): number {
  using database = new DatabaseSync(join(folder, "fts.db"));
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE VIRTUAL TABLE facts USING fts5(subject, body, tokenize = 'porter unicode61')`);
  const insert = database.prepare("INSERT INTO facts VALUES (?, ?)");
  const store = (some: readonly BenchFact[]) => {
    database.exec("BEGIN");
    for (const { subject, body } of some) insert.run(subject, body);
    database.exec("COMMIT");
  };
  const measuredFrom = facts.length - Math.min(MEASURED_MAX, Math.floor(facts.length / 2));
  store(facts.slice(0, measuredFrom));
  const startMs = performance.now();
  for (let at = measuredFrom; at < facts.length; at += WRITERS) {
    store(facts.slice(at, at + WRITERS));
  }
  return (facts.length - measuredFrom) / (performance.now() - startMs) * 1_000;
}
