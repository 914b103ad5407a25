// SkillStore on an SQLite Database. Statements are prepared once; everything runs on the one
// connection of the Database, writes inside its shared transaction.

import type { DatabaseSync } from "node:sqlite";
import type { SkillStore, SkillTransaction } from "../skills/store.ts";
import { textIn } from "./_columns.ts";
import { SKILL_COLUMNS, skillOf } from "./_skill_rows.ts";
import type { Database } from "./database.ts";

/** A store in `database`, which stays the caller's to close. */
export function createSqliteSkills(database: Database): SkillStore {
  const statements = prepareAll(database.connection);
  return {
    write: (change) => database.write((revision) => change(transactionOf(statements, revision))),
    newestOf: (namespace) => database.read(() => statements.newestOf.all(namespace).map(skillOf)),
    changesSince: (revision) => database.read(() => statements.changes.all(revision).map(skillOf)),
    code: (namespace, name, version) =>
      database.read(() => textIn(statements.code.get(namespace, name, version)?.["code"])),
    counts: () =>
      database.read(() => {
        const row = statements.counts.get();
        return { skills: Number(row?.["skills"]), namespaces: Number(row?.["namespaces"]) };
      }),
    revision: () => database.revision(),
    dataVersion: () => database.dataVersion(),
  };
}

type Statements = ReturnType<typeof prepareAll>;

function prepareAll(connection: DatabaseSync) {
  const prepare = (sql: string) => connection.prepare(sql);
  return {
    newest: prepare(`SELECT ${SKILL_COLUMNS} FROM skills WHERE namespace = ? AND name = ?
      ORDER BY version DESC LIMIT 1`),
    newestOf: prepare(`SELECT ${SKILL_COLUMNS} FROM skills WHERE namespace = ? AND state <> 'old'
      ORDER BY number`),
    changes: prepare(`SELECT ${SKILL_COLUMNS} FROM skills WHERE revision > ? AND state <> 'old'
      ORDER BY revision, number`),
    code: prepare("SELECT code FROM skills WHERE namespace = ? AND name = ? AND version = ?"),
    skills: prepare("SELECT skills FROM skill_namespaces WHERE name = ?"),
    counts: prepare(`SELECT coalesce(sum(skills), 0) AS skills, count(*) AS namespaces
      FROM skill_namespaces`),
    count: prepare(`INSERT INTO skill_namespaces (name, skills, revision) VALUES (?, 1, ?)
      ON CONFLICT (name) DO UPDATE SET skills = skills + 1, revision = excluded.revision`),
    insert: prepare(`INSERT INTO skills (${SKILL_COLUMNS}, code)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    update: prepare(`UPDATE skills SET state = ?, superseded_by = ?, success_count = ?,
      fail_count = ?, last_note = ?, last_reported = ?, revision = ?
      WHERE namespace = ? AND name = ? AND version = ?`),
    drop: prepare("DELETE FROM skills WHERE namespace = ? AND name = ? AND version <= ?"),
  };
}

function transactionOf(statements: Statements, revision: number): SkillTransaction {
  return {
    revision,
    newest(namespace, name) {
      const row = statements.newest.get(namespace, name);
      return row === undefined ? undefined : skillOf(row);
    },
    skills: (namespace) => Number(statements.skills.get(namespace)?.["skills"] ?? 0),
    namespaces: () => Number(statements.counts.get()?.["namespaces"]),
    insert(row, code) {
      const isNewName = statements.newest.get(row.namespace, row.name) === undefined;
      statements.insert.run(
        row.namespace,
        row.name,
        row.version,
        row.platform ?? null,
        row.persona ?? null,
        row.urlPattern ?? null,
        row.description ?? null,
        JSON.stringify(row.taskKeywords),
        row.domain ?? null,
        row.state,
        row.supersededBy ?? null,
        row.successCount,
        row.failCount,
        row.lastNote ?? null,
        row.lastReportedMs ?? null,
        row.recordedMs,
        revision,
        code,
      );
      if (isNewName) statements.count.run(row.namespace, revision);
    },
    update(row) {
      statements.update.run(
        row.state,
        row.supersededBy ?? null,
        row.successCount,
        row.failCount,
        row.lastNote ?? null,
        row.lastReportedMs ?? null,
        revision,
        row.namespace,
        row.name,
        row.version,
      );
    },
    dropVersions: (namespace, name, upTo) => void statements.drop.run(namespace, name, upTo),
  };
}
