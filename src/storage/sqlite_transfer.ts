// TransferStore on an SQLite Database: the transaction of `sqlite_memory.ts` with what a transfer needs
// beyond it. Both use the one connection, so both are in the same transaction of the database.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { MemoryTransaction } from "../memory/store.ts";
import type { TransferStore, TransferTransaction } from "../memory/transfer_store.ts";
import { tagsText } from "./_fact_rows.ts";
import type { Database } from "./database.ts";
import { createSqliteMemory } from "./sqlite_memory.ts";

const STATEMENTS = {
  putVersion: `INSERT INTO history
    (namespace, id, revision, changed, tags, valid_to, state, needs_review)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  putReminders: `INSERT INTO reminders (namespace, id, count, last, revision)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT (namespace, id) DO UPDATE SET
    count = max(count, excluded.count), last = max(last, excluded.last),
    revision = excluded.revision WHERE count < excluded.count OR last < excluded.last`,
  hasEdge: `SELECT 1 AS found FROM edges
    WHERE namespace = ? AND from_id = ? AND kind = ? AND to_id = ?`,
  setSuperseder: `UPDATE facts SET superseded_by = ?, revision = ?
    WHERE namespace = ? AND id = ?`,
  status: "SELECT body, updated FROM statuses WHERE namespace = ?",
  putErasure: `INSERT OR IGNORE INTO tombstones (namespace, id_digest, revision)
    VALUES (?, ?, ?)`,
} as const;

/** A store in `database`, which stays the caller's to close. */
export function createSqliteTransfer(database: Database): TransferStore {
  const store = createSqliteMemory(database);
  const statements = prepareAll(database.connection);
  return {
    write: (change) => store.write((facts) => change(transactionOf(facts, statements))),
  };
}

type Statements = { readonly [Name in keyof typeof STATEMENTS]: StatementSync };

function prepareAll(connection: DatabaseSync): Statements {
  const prepared = Object.entries(STATEMENTS)
    .map(([name, sql]) => [name, connection.prepare(sql)] as const);
  // The names are those of the table.
  return Object.fromEntries(prepared) as unknown as Statements;
}

function transactionOf(facts: MemoryTransaction, statements: Statements): TransferTransaction {
  const { revision } = facts;
  return {
    facts,
    putVersions({ namespace, id }, versions) {
      // Each version of a fact has a revision of its own, below those that later changes will have.
      const first = revision - versions.length + 1;
      for (const [at, version] of versions.entries()) {
        const { changedMs, tags, validToMs = null, state, needsReview } = version;
        const said = [changedMs, tagsText(tags), validToMs, state, Number(needsReview)] as const;
        statements.putVersion.run(namespace, id, first + at, ...said);
      }
    },
    putReminders({ namespace, id }, { count, lastMs }) {
      statements.putReminders.run(namespace, id, count, lastMs, revision);
    },
    hasEdge: ({ namespace, fromId, kind, toId }) =>
      statements.hasEdge.get(namespace, fromId, kind, toId) !== undefined,
    setSuperseder({ namespace, id }, byId) {
      statements.setSuperseder.run(byId, revision, namespace, id);
    },
    status(namespace) {
      const row = statements.status.get(namespace);
      if (row === undefined) return undefined;
      return { body: String(row["body"]), updatedMs: Number(row["updated"]) };
    },
    putErasure: ({ namespace, idDigest }) =>
      Number(statements.putErasure.run(namespace, idDigest, revision).changes) > 0,
  };
}
