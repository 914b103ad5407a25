// Rows to write to a database and to look for in its file: names of namespaces, which need nothing else.

import { DatabaseSync } from "node:sqlite";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** Adds one: its name, and the revision of the commit. */
export const ADD_NAMESPACE =
  "INSERT INTO namespaces (name, facts, live, revision) VALUES (?, 0, 0, ?)";

/** A database whose clock stands still. */
export function openTestDatabase(path: string, limits: Partial<Limits> = {}): Database {
  return openDatabase({ path, limits: limitsWith(limits), clock: new FakeClock() });
}

/** Writes one; gives the revision of the commit. */
export function addNamespace(database: Database, name: string): Promise<number> {
  const statement = database.connection.prepare(ADD_NAMESPACE);
  return database.write((revision) => {
    statement.run(name, revision);
    return revision;
  });
}

/** Those that a reader of the file finds. */
export function namesIn(path: string): readonly string[] {
  const reader = new DatabaseSync(path);
  const rows = reader.prepare("SELECT name FROM namespaces ORDER BY name").all();
  reader.close();
  return rows.map((row) => String(row["name"]));
}
