// Sessions in a file of their own: the contract, a model, other processes.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { SessionStore } from "../../src/session/ports.ts";
import { createSqliteSessions, type SqliteSessions } from "../../src/storage/sqlite_sessions.ts";
import { testSessionStore } from "../contract/session_store_contract.ts";
import type { SessionStorePlace } from "../contract/session_store_place.ts";
import { createNaiveSessions } from "../helpers/naive_sessions.ts";
import { startProcess } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { storedEvent, storedSession } from "../helpers/stored_sessions.ts";
import { tempHome } from "../helpers/temp_home.ts";

const SAVER = fileURLToPath(new URL("../helpers/event_saver.ts", import.meta.url));

function openWhole(path: string): SqliteSessions {
  return createSqliteSessions({
    path,
    onSetAside: ({ cause }) => assert.fail(`the file is whole: ${cause}`),
  });
}

function sqlitePlace(): SessionStorePlace {
  const home = tempHome();
  const stores: SqliteSessions[] = [];
  return {
    open() {
      const store = openWhole(join(home.path, "sessions.db"));
      stores.push(store);
      return { store, close: () => store.close() };
    },
    [Symbol.dispose]() {
      for (const store of stores) store.close();
      home[Symbol.dispose]();
    },
  };
}

function naivePlace(): SessionStorePlace {
  const store = createNaiveSessions();
  return { open: () => ({ store, close() {} }), [Symbol.dispose]() {} };
}

testSessionStore("SQLite", sqlitePlace);
testSessionStore("maps", naivePlace);

// A step of the model test: what it did is compared between the two stores.
type Step = (store: SessionStore) => unknown;

const WORDS = ["key", 'a "b"', "c\\d", "ключ", "x\ny", "🔑"];

function randomStep(random: (below: number) => number): Step {
  const id = `session ${random(6)}`;
  const principalId = `p${random(2)}`;
  const seq = random(12);
  const name = `stream ${random(3)}`;
  const atMs = random(1_000);
  const word = WORDS[random(WORDS.length)] ?? "";
  const said = random(2) === 0 ? word : JSON.stringify({ text: word });
  const method = random(2) === 0 ? "notifications/progress" : "notifications/else";
  const json = JSON.stringify({ seq, method, said });
  const index = random(2) === 0 ? undefined : seq;
  const subscription = { namespace: name, uri: `test://${word}`, toldAs: word };
  const session = storedSession(id, { principalId, lastUsedMs: atMs, generation: random(3) });
  const steps: readonly Step[] = [
    (store) => store.saveSession(session),
    (store) => store.saveEvent(id, { seq, stream: name, json, index }),
    (store) => store.saveEvent(id, { seq: seq + 1, stream: name, json, index }),
    (store) => store.removeEvent(id, seq),
    (store) => store.saveStream(id, { name, requestIds: `[${seq}]`, endedMs: index }),
    (store) => store.removeStream(id, name),
    (store) => store.saveSubscription(id, subscription),
    (store) => store.removeSubscription(id, subscription),
    (store) => store.takeSession(id, principalId),
    (store) => store.touchSessions([id, "session 1"], atMs),
    (store) => random(4) === 0 ? store.removeIdle(atMs / 4) : store.count(),
    (store) => store.eraseEvents([random(2) === 0 ? word : { word }]),
    (store) => store.removeSession(id),
  ];
  // The seldom ones are at the end: a store that is always empty shows nothing.
  const step = steps[Math.min(random(steps.length), random(steps.length + 8))];
  assert.ok(step !== undefined);
  return step;
}

Deno.test("createSqliteSessions() answers as the model does over restarts", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  using place = sqlitePlace();
  const model = createNaiveSessions();
  let opened = place.open();
  let restored = 0;
  for (let at = 0; at < 2_000; at++) {
    if (random(50) === 0) {
      opened.close();
      opened = place.open();
    }
    const step = randomStep(seededRandom(seed + at));
    const again = randomStep(seededRandom(seed + at));
    const answer = step(opened.store);
    assert.deepEqual(answer, again(model), `seed ${seed}, step ${at}`);
    if (typeof answer === "object") restored++;
  }
  opened.close();
  // Otherwise the two agreed about nothing.
  assert.ok(restored > 10, `seed ${seed}: ${restored} sessions restored`);
});

function countRows(path: string): readonly number[] {
  const connection = new DatabaseSync(path, { readOnly: true });
  const rows = ["sessions", "streams", "events", "subscriptions"].map((table) =>
    Number(connection.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"])
  );
  connection.close();
  return rows;
}

Deno.test("removeSession() and removeIdle() leave no row behind", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const store = openWhole(path);
  for (const id of ["a", "b"]) {
    store.saveSession(storedSession(id));
    for (const seq of [1, 2]) store.saveEvent(id, storedEvent(seq));
    store.saveStream(id, { name: "s", requestIds: "[]", endedMs: 1 });
    store.saveSubscription(id, { namespace: "n", uri: "test://1", toldAs: "test://1" });
  }
  assert.deepEqual(countRows(path), [2, 2, 4, 2]);
  store.removeSession("a");
  assert.deepEqual(countRows(path), [1, 1, 2, 1]);
  assert.equal(store.removeIdle(Number.MAX_SAFE_INTEGER), 1);
  assert.deepEqual(countRows(path), [0, 0, 0, 0]);
  store.close();
});

Deno.test("createSqliteSessions() keeps its file private and is safe to close twice", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const store = openWhole(path);
  store.saveSession(storedSession("a"));
  for (const name of readdirSync(home.path)) {
    assert.equal(statSync(join(home.path, name)).mode & 0o777, 0o600, name);
  }
  store.close();
  store.close();
  assert.throws(() => store.count(), { name: "CarError", code: "closed" });
});

Deno.test("createSqliteSessions() refuses a newer file by name and leaves it as it is", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  openWhole(path).close();
  const newer = new DatabaseSync(path);
  newer.exec("PRAGMA user_version = 99");
  newer.close();
  const before = readFileSync(path);
  assert.throws(() => openWhole(path), { code: "storage_newer", message: /sessions\.db.* 99/ });
  assert.deepEqual(readFileSync(path), before);
});

Deno.test("saveEvent() fails while another process holds the lock and works afterwards", () => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const store = openWhole(path);
  store.saveSession(storedSession("a"));
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  assert.throws(() => store.saveEvent("a", storedEvent(1)), { code: "storage_failed" });
  assert.throws(() => store.takeSession("a", "local"), { code: "storage_failed" });
  other.exec("ROLLBACK");
  other.close();
  store.saveEvent("a", storedEvent(1));
  assert.equal(store.takeSession("a", "local")?.session.generation, 1);
  store.close();
});

/** The numbers that were said whole; what was cut off at the end was not. */
function acknowledged(stdout: string): readonly number[] {
  return (stdout.match(/\d+(?=\s)/g) ?? []).map(Number);
}

testOnBoth("what saveEvent() took is there after a kill", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const before = openWhole(path);
  before.saveSession(storedSession("a"));
  before.close();
  await using saver = await startProcess({ runtime, script: SAVER, args: [path, "0"] });
  const said = acknowledged((await saver.stop("SIGKILL")).stdout);
  const after = openWhole(path);
  const kept = after.takeSession("a", "local")?.events ?? [];
  after.close();
  assert.ok(said.length >= 300);
  // One more may have been kept and not yet said.
  assert.ok(kept.length - said.length <= 1, `${said.length} said, ${kept.length} kept`);
  kept.forEach((event, seq) =>
    assert.deepEqual(event, { seq, stream: "s", json: `"event ${seq}"`, index: seq })
  );
  assert.ok(kept.length >= said.length);
});

testOnBoth("two processes that write at once lose and damage nothing", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "sessions.db");
  const mine = openWhole(path);
  mine.saveSession(storedSession("a"));
  const theirFirst = 1_000_000;
  const args = [path, String(theirFirst)];
  await using saver = await startProcess({ runtime, script: SAVER, args });
  for (let seq = 0; seq < 300; seq++) mine.saveEvent("a", storedEvent(seq));
  assert.equal(mine.takeSession("a", "local")?.session.generation, 1);
  const theirs = acknowledged((await saver.stop("SIGKILL")).stdout);
  mine.close();
  const after = openWhole(path);
  const seqs = new Set(after.takeSession("a", "local")?.events.map(({ seq }) => seq));
  after.close();
  for (let seq = 0; seq < 300; seq++) assert.ok(seqs.has(seq), `mine ${seq}`);
  for (const seq of theirs) assert.ok(seqs.has(seq), `theirs ${seq}`);
});
