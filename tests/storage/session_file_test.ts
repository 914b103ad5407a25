// The file of the sessions when it is damaged, and what is left in it and beside it after an erasure.

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
import { createSqliteSessions, type SqliteSessions } from "../../src/storage/sqlite_sessions.ts";
import { storedEvent, storedSession } from "../helpers/stored_sessions.ts";
import { tempHome } from "../helpers/temp_home.ts";

const PAGE_BYTES = 4_096;
const MIB = 1024 * 1024;

interface Opened {
  readonly store: SqliteSessions;
  /** Where damaged files were set aside, one entry each time. */
  readonly setAside: readonly string[];
}

function open(path: string): Opened {
  const setAside: string[] = [];
  const store = createSqliteSessions({
    path,
    onSetAside(file) {
      assert.ok(file.cause instanceof Error);
      setAside.push(file.path);
    },
  });
  return { store, setAside };
}

/** A closed file with a session "a" and events of that many bytes in all. */
function createFile(path: string, bytes = MIB): void {
  const { store } = open(path);
  store.saveSession(storedSession("a"));
  for (let seq = 0; seq < 10; seq++) {
    store.saveEvent("a", storedEvent(seq, { json: JSON.stringify("x".repeat(bytes / 10)) }));
  }
  store.close();
}

function overwrite(path: string, from: number, to?: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, to);
  writeFileSync(path, bytes);
}

function assertWorks(store: SqliteSessions): void {
  store.saveSession(storedSession("new"));
  store.saveEvent("new", storedEvent(1));
  assert.equal(store.takeSession("new", "local")?.events.length, 1);
}

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  "that is no database": (path) => writeFileSync(path, "shopping list\n".repeat(1_000)),
  "that was cut short": (path) => {
    createFile(path);
    truncateSync(path, statSync(path).size - PAGE_BYTES);
  },
  "with overwritten pages": (path) => {
    createFile(path);
    overwrite(path, 2 * PAGE_BYTES);
  },
  "of another program": (path) => {
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE songs (title TEXT)");
    other.close();
  },
  "that is too large to be checked and has lost its tables": (path) => {
    createFile(path, 40 * MIB);
    overwrite(path, 100, PAGE_BYTES);
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  Deno.test(`createSqliteSessions() sets a file aside ${name} and begins anew`, () => {
    using home = tempHome();
    const path = join(home.path, "sessions.db");
    damage(path);
    const damaged = readFileSync(path);
    const { store, setAside } = open(path);
    assert.deepEqual(setAside, [`${path}.damaged`]);
    assert.ok(readFileSync(`${path}.damaged`).equals(damaged));
    assert.equal(store.count(), 0);
    assertWorks(store);
    store.close();
    const again = open(path);
    assert.deepEqual([again.setAside, again.store.count()], [[], 1]);
    again.store.close();
  });
}

Deno.test("createSqliteSessions() begins anew when it meets the damage only later", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  createFile(path, 40 * MIB);
  overwrite(path, PAGE_BYTES);
  const { store, setAside } = open(path);
  assert.deepEqual(setAside, []);
  assert.equal(store.takeSession("a", "local"), undefined);
  assert.deepEqual(setAside, [`${path}.damaged`]);
  store.saveEvent("a", storedEvent(1));
  assertWorks(store);
  assert.equal(store.count(), 1);
  assert.equal(setAside.length, 1);
  store.close();
});

Deno.test("createSqliteSessions() keeps one damaged file, the last", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  for (const text of ["first ", "second "]) {
    writeFileSync(path, text.repeat(1_000));
    writeFileSync(`${path}-wal`, `log of the ${text}`);
    open(path).store.close();
  }
  assert.deepEqual(readdirSync(home.path).sort(), [
    "sessions.db",
    "sessions.db.damaged",
    "sessions.db.damaged-wal",
  ]);
  assert.match(readFileSync(`${path}.damaged`, "utf8"), /^second /);
  assert.equal(readFileSync(`${path}.damaged-wal`, "utf8"), "log of the second ");
});

Deno.test("createSqliteSessions() answers home_unusable where there can be no file", () => {
  using home = tempHome();
  mkdirSync(join(home.path, "sessions.db"));
  for (const name of ["sessions.db", "none/sessions.db"]) {
    assert.throws(() => open(join(home.path, name)), { code: "home_unusable" });
  }
});

const SECRET = 'the "secret" of\nthe ключ';
// Parts that JSON writes as they are, so that escaping does not hide them.
const TRACES = ["secret", "ключ"];

/** The names of the files that hold a trace of the secret. */
function filesWithTraces(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => {
    const bytes = readFileSync(join(folder, name));
    return TRACES.some((trace) => bytes.includes(trace));
  });
}

function saveSecrets(store: SqliteSessions): void {
  store.saveSession(storedSession("a"));
  const texts = [SECRET, JSON.stringify({ text: SECRET }), `${SECRET} `.repeat(5_000)];
  texts.forEach((text, seq) =>
    store.saveEvent("a", storedEvent(seq, { json: JSON.stringify({ text }) }))
  );
  // These are gone for the store already, but not from its log.
  store.saveEvent("a", storedEvent(10, { json: JSON.stringify(SECRET) }));
  store.saveEvent("a", storedEvent(10));
  store.saveEvent("a", storedEvent(11, { json: JSON.stringify(SECRET) }));
  store.removeEvent("a", 11);
}

Deno.test("eraseEvents() leaves no byte of the text in any file", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const { store } = open(path);
  saveSecrets(store);
  assert.deepEqual(filesWithTraces(home.path), ["sessions.db-wal"]);
  assert.equal(store.eraseEvents([SECRET]), 3);
  assert.deepEqual(filesWithTraces(home.path), []);
  const left = store.takeSession("a", "local")?.events.map(({ seq, json }) => [seq, json]);
  assert.deepEqual(left, [[0, ""], [1, ""], [2, ""], [10, storedEvent(10).json]]);
  store.close();
  assert.deepEqual(filesWithTraces(home.path), []);
});

Deno.test("eraseEvents() empties the pages that an earlier process wrote", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const before = open(path);
  saveSecrets(before.store);
  before.store.close();
  assert.deepEqual(filesWithTraces(home.path), ["sessions.db"]);
  const { store } = open(path);
  assert.equal(store.eraseEvents([SECRET]), 3);
  assert.deepEqual(filesWithTraces(home.path), []);
  store.close();
});

Deno.test("eraseEvents() removes the damaged file, which may hold the text", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  writeFileSync(path, `${SECRET} `.repeat(100));
  const { store } = open(path);
  assert.deepEqual(filesWithTraces(home.path), ["sessions.db.damaged"]);
  assert.equal(store.eraseEvents([SECRET]), 0);
  assert.ok(!existsSync(`${path}.damaged`));
  store.close();
});

Deno.test("eraseEvents() fails while another process reads and does the rest the next time", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const { store } = open(path);
  saveSecrets(store);
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM events").get();
  assert.throws(() => store.eraseEvents([SECRET]), { code: "storage_failed", message: /the log/ });
  reader.exec("COMMIT");
  reader.close();
  assert.equal(store.eraseEvents([SECRET]), 0);
  assert.deepEqual(filesWithTraces(home.path), []);
  store.close();
});
