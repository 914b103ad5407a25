// What clients were told, and what must therefore be in the memory: each write is noted before it is
// sent and again when it is acknowledged. One that was under way at the end may have happened or not,
// but as a whole; which of both is learned from the file.

import { DatabaseSync } from "node:sqlite";
import { checkDatabaseFile } from "../../src/storage/file_care.ts";

/** A fact that was to be stored, named by a word that is in its body alone. */
export interface LedgerFact {
  readonly word: string;
  /** Known once it was acknowledged. */
  id?: string;
  state: "sent" | "live" | "superseded" | "erasing" | "erased";
  /** The fact that this one was to replace. */
  readonly replaces?: LedgerFact;
}

/** A skill of one client. */
export interface LedgerSkill {
  readonly name: string;
  /** The last version that was acknowledged. */
  version: number;
  /** Whether a further one was sent. */
  isSent: boolean;
}

interface FoundRow {
  readonly id: string;
  readonly state: string;
  readonly supersededBy: string | undefined;
}

/** The body of a fact. */
export function bodyOf(word: string): string {
  return `The marker ${word} stands in this fact and in no other`;
}

/** The code of a version. */
export function codeOf(name: string, version: number): string {
  return `run ${name} version ${version}`;
}

/** All that is known of one memory. */
export class Ledger {
  readonly facts: LedgerFact[] = [];
  readonly skills = new Map<string, LedgerSkill>();

  /** What in the file contradicts the ledger; settles what was under way. */
  compare(path: string): readonly string[] {
    const problems = checkDatabaseFile(path).map(({ what }) => `The file: ${what}`);
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const rows = rowsByWord(database);
      problems.push(...this.#compareFacts(rows), ...this.#compareSkills(database));
      const known = new Set(this.facts.map(({ word }) => word));
      problems.push(
        ...[...rows.keys()].filter((word) => !known.has(word)).map((word) =>
          `${word} is stored and was never sent`
        ),
      );
      return problems;
    } finally {
      database.close();
    }
  }

  #compareFacts(rows: ReadonlyMap<string, readonly FoundRow[]>): readonly string[] {
    // What was replaced by a write under way is settled with that write.
    const problems = this.facts.filter(({ state }) => state === "sent")
      .flatMap((fact) => settle(fact, rows));
    for (const fact of this.facts) {
      const found = rows.get(fact.word) ?? [];
      const [row] = found;
      const told = `${fact.word} (${fact.state})`;
      if (fact.state === "erasing") {
        fact.state = row === undefined ? "erased" : row.state === "superseded" ? row.state : "live";
      }
      const isGone = fact.state === "erased" || fact.state === "sent";
      if (isGone && row !== undefined) problems.push(`${told} is there`);
      if (isGone) continue;
      if (found.length !== 1) problems.push(`${told} is there ${found.length} times`);
      else if (row?.id !== fact.id) problems.push(`${told} has the id ${row?.id}, not ${fact.id}`);
      else if (row?.state !== fact.state) problems.push(`${told} is ${row?.state}`);
    }
    return problems;
  }

  #compareSkills(database: DatabaseSync): readonly string[] {
    const statement = database.prepare(
      "SELECT version, state, code FROM skills WHERE name = ? ORDER BY version DESC",
    );
    const problems: string[] = [];
    for (const skill of this.skills.values()) {
      const [newest, ...older] = statement.all(skill.name);
      const version = Number(newest?.["version"] ?? 0);
      if (skill.isSent && version === skill.version + 1) skill.version = version;
      skill.isSent = false;
      if (version !== skill.version) {
        problems.push(`${skill.name} has version ${version}, not ${skill.version}`);
      } else if (version > 0 && newest?.["code"] !== codeOf(skill.name, version)) {
        problems.push(`${skill.name} has another code`);
      }
      if (version > 0 && newest?.["state"] !== "current") {
        problems.push(`${skill.name} is not current`);
      }
      if (older.some((row) => row["state"] !== "old")) {
        problems.push(`${skill.name} is there twice`);
      }
    }
    return problems;
  }
}

// A write that was under way: all of it is there, or none of it.
function settle(
  fact: LedgerFact,
  rows: ReadonlyMap<string, readonly FoundRow[]>,
): readonly string[] {
  const [row] = rows.get(fact.word) ?? [];
  const target = fact.replaces;
  const ended = target === undefined ? undefined : rows.get(target.word)?.[0];
  if (row === undefined) return [];
  fact.id = row.id;
  fact.state = "live";
  if (target === undefined) return [];
  target.state = "superseded";
  return ended?.supersededBy === row.id ? [] : [`${fact.word} is there without what it replaced`];
}

function rowsByWord(database: DatabaseSync): ReadonlyMap<string, readonly FoundRow[]> {
  const rows = new Map<string, FoundRow[]>();
  const found = database.prepare("SELECT id, body, state, superseded_by FROM facts").iterate();
  for (const row of found) {
    const word = /marker (\S+)/.exec(String(row["body"]))?.[1] ?? String(row["body"]);
    const same = rows.get(word) ?? [];
    const by = row["superseded_by"];
    const supersededBy = typeof by === "string" ? by : undefined;
    same.push({ id: String(row["id"]), state: String(row["state"]), supersededBy });
    rows.set(word, same);
  }
  return rows;
}
