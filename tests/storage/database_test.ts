import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CarError } from "../../src/base/errors.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { MIGRATIONS } from "../../src/storage/migrations.ts";
import { tempHome } from "../helpers/temp_home.ts";

const limits = limitsWith();

async function createFile(path: string): Promise<void> {
  const database = openDatabase({ path, limits });
  const statement = database.connection.prepare(
    "INSERT INTO namespaces (name, facts, live, revision) VALUES (?, 0, 0, ?)",
  );
  for (let at = 0; at < 500; at++) {
    await database.write((revision) => statement.run(`${at}`.padStart(100, "n"), revision));
  }
  await database.close();
}

function opening(path: string): () => Database {
  return () => openDatabase({ path, limits });
}

Deno.test("openDatabase() creates a private file with a full-sync log and secure_delete", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openDatabase({ path, limits });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(`${path}-wal`).mode & 0o777, 0o600);
  const pragma = (name: string) =>
    Object.values(database.connection.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  assert.deepEqual(
    ["journal_mode", "synchronous", "secure_delete"].map(pragma),
    ["wal", 2, 1],
  );
  assert.ok(database.bytes() > 0);
  await database.close();
});

Deno.test("openDatabase() syncs less when durability is normal", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openDatabase({ path, limits, durability: "normal" });
  const row = database.connection.prepare("PRAGMA synchronous").get();
  assert.equal(row?.["synchronous"], 1);
  await database.close();
});

Deno.test("openDatabase() refuses a newer file by name and leaves it as it is", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await createFile(path);
  const newer = new DatabaseSync(path);
  newer.exec("PRAGMA user_version = 99");
  newer.close();
  const before = readFileSync(path);
  assert.throws(opening(path), (fault) => {
    assert.ok(fault instanceof CarError);
    assert.equal(fault.code, "storage_newer");
    assert.ok(fault.message.includes(path) && fault.message.includes("99"));
    return true;
  });
  assert.deepEqual(readFileSync(path), before);
});

Deno.test("openDatabase() refuses a file that is no database and leaves it as it is", () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  writeFileSync(path, "shopping list\n".repeat(1_000));
  const before = readFileSync(path);
  assert.throws(opening(path), { code: "storage_damaged" });
  assert.deepEqual(readFileSync(path), before);
  assert.ok(!existsSync(`${path}-wal`));
});

Deno.test("openDatabase() refuses the database of another program", () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const other = new DatabaseSync(path);
  other.exec("CREATE TABLE songs (title TEXT)");
  other.close();
  const before = readFileSync(path);
  assert.throws(opening(path), { code: "storage_damaged" });
  assert.deepEqual(readFileSync(path), before);
});

Deno.test("openDatabase() refuses a file that was cut short and leaves it as it is", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await createFile(path);
  truncateSync(path, statSync(path).size - 4_096);
  const before = readFileSync(path);
  assert.throws(opening(path), { code: "storage_damaged" });
  assert.deepEqual(readFileSync(path), before);
});

Deno.test("openDatabase() refuses a file with overwritten pages and leaves it as it is", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await createFile(path);
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 3 * 4_096);
  writeFileSync(path, bytes);
  assert.throws(opening(path), { code: "storage_damaged" });
  assert.deepEqual(readFileSync(path), bytes);
});

Deno.test("openDatabase() refuses a file without its tables that is too large to be checked", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await createFile(path);
  const filling = new DatabaseSync(path);
  filling.exec("CREATE TABLE filler AS SELECT zeroblob(40 * 1024 * 1024)");
  filling.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 100, 4_096);
  writeFileSync(path, bytes);
  assert.throws(opening(path), { code: "storage_damaged" });
});

Deno.test("openDatabase() migrates an older file forward after copying it", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await createFile(path);
  const migrations = [...MIGRATIONS, {
    version: MIGRATIONS.length + 1,
    brings: "a table for this test",
    sql: "CREATE TABLE added (name TEXT) STRICT",
  }];
  const database = openDatabase({ path, limits, migrations });
  assert.equal(database.connection.prepare("SELECT count(*) AS n FROM added").get()?.["n"], 0);
  assert.equal(database.revision(), 500);
  await database.close();
  const copyPath = `${path}.version-${MIGRATIONS.length}`;
  assert.equal(statSync(copyPath).mode & 0o777, 0o600);
  const copy = new DatabaseSync(copyPath, { readOnly: true });
  assert.equal(copy.prepare("SELECT count(*) AS n FROM namespaces").get()?.["n"], 500);
  copy.close();
});

Deno.test("openDatabase() copies what is only in the log of an older file, too", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await createFile(path);
  // Who reads an earlier state keeps the log from being copied back.
  using reader = new DatabaseSync(path);
  reader.exec("BEGIN; SELECT * FROM meta");
  using writer = new DatabaseSync(path);
  writer.exec(
    "INSERT INTO namespaces (name, facts, live, revision) VALUES ('in the log', 0, 0, 0)",
  );
  const version = MIGRATIONS.length;
  const added = { version: version + 1, brings: "a table", sql: "CREATE TABLE added (name TEXT)" };
  const database = openDatabase({ path, limits, migrations: [...MIGRATIONS, added] });
  reader.exec("COMMIT");
  await database.close();
  using copy = new DatabaseSync(`${path}.version-${version}`);
  const rows = copy.prepare("SELECT count(*) AS n FROM namespaces").get();
  assert.equal(rows?.["n"], 501);
});

Deno.test("openDatabase() counts the bytes of namespaces that an older program filled", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await openDatabase({ path, limits, migrations: MIGRATIONS.slice(0, 6) }).close();
  using older = new DatabaseSync(path);
  older.exec(`
    INSERT INTO namespaces (name, facts, live, revision) VALUES ('a', 2, 2, 1), ('empty', 0, 0, 1);
    INSERT INTO facts (namespace, id, kind, subject, body, tags, confidence, valid_from, recorded,
      state, needs_review, is_constraint, digest, revision)
    VALUES ('a', '1', 'pattern', 'é', 'body', '[]', 'high', 1, 1, 'live', 0, 0, 1, 1),
      ('a', '2', 'pattern', 's', '🔑', '[]', 'high', 1, 1, 'live', 0, 0, 2, 1)`);
  older.close();
  await openDatabase({ path, limits }).close();
  using newer = new DatabaseSync(path);
  const rows = newer.prepare("SELECT name, bytes FROM namespaces ORDER BY name").all();
  assert.deepEqual(rows.map(({ name, bytes }) => [name, bytes]), [["a", 11], ["empty", 0]]);
});

Deno.test("openDatabase() removes the copy of a migration at the next start, scrub() at once", async () => {
  for (const isScrubbed of [false, true]) {
    using home = tempHome();
    const path = join(home.path, "memory.db");
    await createFile(path);
    const version = MIGRATIONS.length + 1;
    const migrations = [...MIGRATIONS, { version, brings: "nothing", sql: "" }];
    const database = openDatabase({ path, limits, migrations });
    const copy = `${path}.version-${version - 1}`;
    writeFileSync(`${copy}-wal`, "");
    assert.ok(existsSync(copy));
    if (isScrubbed) assert.equal(await database.scrub(), true);
    await database.close();
    assert.equal(existsSync(copy), !isScrubbed);
    await openDatabase({ path, limits, migrations }).close();
    assert.deepEqual(readdirSync(home.path), ["memory.db"]);
  }
});

Deno.test("openDatabase() changes nothing when a migration fails half-way", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  await createFile(path);
  const migrations = [...MIGRATIONS, {
    version: MIGRATIONS.length + 1,
    brings: "a fault",
    sql: "CREATE TABLE added (name TEXT) STRICT; INSERT INTO missing VALUES (1)",
  }];
  assert.throws(() => openDatabase({ path, limits, migrations }), { code: "storage_failed" });
  const database = openDatabase({ path, limits });
  const tables = database.connection.prepare("SELECT name FROM sqlite_schema WHERE name = 'added'");
  assert.deepEqual(tables.all(), []);
  await database.close();
});

Deno.test("openDatabase() makes no copy of a new file", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openDatabase({ path, limits });
  await database.close();
  assert.ok(!existsSync(`${path}.version-0`));
});

Deno.test("openDatabase() answers home_unusable with the path when the folder is missing", () => {
  using home = tempHome();
  const refusal = { code: "home_unusable", message: /none.memory\.db/ };
  assert.throws(opening(join(home.path, "none", "memory.db")), refusal);
});

Deno.test("openDatabase() answers home_unusable for a folder in place of a file", () => {
  for (const name of ["memory.db", "memory.db-wal"]) {
    using home = tempHome();
    mkdirSync(join(home.path, name));
    const refusal = { code: "home_unusable", message: /"[^"]*memory\.db"/ };
    assert.throws(opening(join(home.path, "memory.db")), refusal);
  }
});

Deno.test("dataVersion() moves when another connection commits and not for our own writes", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const first = openDatabase({ path, limits });
  const second = openDatabase({ path, limits });
  const before = [first.dataVersion(), second.dataVersion()];
  await first.write(() => undefined);
  assert.equal(first.dataVersion(), before[0]);
  assert.notEqual(second.dataVersion(), before[1]);
  assert.equal(second.revision(), 1);
  await first.close();
  await second.close();
});
