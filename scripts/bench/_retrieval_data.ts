// The sets of the retrieval measurement: facts, and questions with the facts that answer them. A set
// is a folder with `set.json`, which names files of JSON lines. A scope is one memory of its own.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A fact of a set. */
export interface SetFact {
  readonly scope: string;
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  /** When it was said: a date, or a date and a time. */
  readonly time?: string;
  /** The conversation or document it comes from. */
  readonly session?: string | number;
}

/** A question of a set. */
export interface SetQuery {
  readonly scope: string;
  readonly id: string;
  readonly query: string;
  readonly category: string;
  /** Ids of the facts that answer it. */
  readonly relevant: readonly string[];
}

/** One memory: its facts in the order of insertion, and what is asked of it. */
export interface Scope {
  readonly name: string;
  readonly facts: readonly SetFact[];
  readonly queries: readonly SetQuery[];
}

/** A set of memories. */
export interface RetrievalSet {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

// Sets may hold other questions for a last check; those are for development.
const SPLIT = "dev";

/** The names of the sets in a folder. */
export function listSets(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, "set.json"))).sort();
}

/** Reads one set; scopes without questions are left out. */
export function loadSet(folder: string, name: string): RetrievalSet {
  const root = join(folder, name);
  const { splits } = JSON.parse(readFileSync(join(root, "set.json"), "utf8"));
  const files = splits[SPLIT];
  if (files === undefined) throw new Error(`The set "${name}" has no split "${SPLIT}"`);
  const facts: readonly SetFact[] = readLines(join(root, files.facts));
  const queries: readonly SetQuery[] = readLines(join(root, files.queries));
  const factsOf = Map.groupBy(facts, ({ scope }) => scope);
  const scopes = [...Map.groupBy(queries, ({ scope }) => scope)]
    .map(([scope, asked]) => ({ name: scope, facts: factsOf.get(scope) ?? [], queries: asked }));
  return { name, scopes };
}

function readLines<Line>(path: string): readonly Line[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
