import assert from "node:assert/strict";
import { copyFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { limitsWith } from "../../src/base/limits.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { GroupCommit } from "../../src/storage/group_commit.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { ADD_NAMESPACE, addNamespace, namesIn, openTestDatabase } from "./_namespace_rows.ts";

Deno.test("write() resolves 256 writes at once when all of them are on disk", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const revisions = await Promise.all(
    Array.from({ length: 256 }, (_, at) => addNamespace(database, `n${at}`)),
  );
  assert.equal(namesIn(path).length, 256);
  assert.deepEqual(revisions, Array.from({ length: 256 }, (_, at) => at + 1));
  assert.equal(database.revision(), 256);
  await database.close();
});

Deno.test("write() keeps the neighbours when one write of a batch refuses", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const refusal = new Error("refused");
  const results = await Promise.allSettled([
    addNamespace(database, "before"),
    database.write((revision) => {
      database.connection.prepare(ADD_NAMESPACE).run("undone", revision);
      throw refusal;
    }),
    addNamespace(database, "after"),
  ]);
  assert.deepEqual(results.map((result) => result.status), ["fulfilled", "rejected", "fulfilled"]);
  assert.equal(results[1]?.status === "rejected" && results[1].reason, refusal);
  assert.deepEqual(namesIn(path), ["after", "before"]);
  assert.equal(database.revision(), 2);
  await database.close();
});

Deno.test("write() answers with the run that is on disk when a neighbour's refusal made it run twice", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const statement = database.connection.prepare(ADD_NAMESPACE);
  let runs = 0;
  const results = await Promise.allSettled([
    database.write(() => {
      throw new Error("refused");
    }),
    database.write((revision) => {
      const name = `run ${++runs}`;
      statement.run(name, revision);
      return { name, revision };
    }),
    database.write(() => {
      throw new Error("refused, too");
    }),
  ]);
  const told = results.map((result) => result.status === "fulfilled" ? result.value : undefined);
  assert.deepEqual(told.map((value) => value?.revision), [undefined, 1, undefined]);
  assert.deepEqual(namesIn(path), [told[1]?.name]);
  await database.close();
});

Deno.test("write() lets reads go on between the commit of many writes and their answers", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const watcher = openTestDatabase(path);
  let answered = 0;
  const seen: number[] = [];
  const look = () => {
    if (watcher.revision() === 0) setImmediate(look);
    else seen.push(answered);
  };
  const writes = Array.from({ length: 20 }, async (_, at) => {
    await addNamespace(database, `n${at}`);
    answered++;
  });
  setImmediate(look);
  await Promise.all(writes);
  assert.deepEqual(seen, [0]);
  await watcher.close();
  await database.close();
});

Deno.test("write() answers storage_failed for a broken constraint and keeps the neighbours", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const results = await Promise.allSettled([
    addNamespace(database, "same"),
    addNamespace(database, "same"),
    addNamespace(database, "other"),
  ]);
  assert.deepEqual(results.map((result) => result.status), ["fulfilled", "rejected", "fulfilled"]);
  await assert.rejects(addNamespace(database, "same"), { code: "storage_failed" });
  assert.deepEqual(namesIn(path), ["other", "same"]);
  await database.close();
});

Deno.test("write() takes queueMax writes and refuses one more", async () => {
  using home = tempHome();
  const database = openTestDatabase(join(home.path, "memory.db"), { writeQueueMax: 2 });
  const first = addNamespace(database, "a");
  const second = addNamespace(database, "b");
  await assert.rejects(addNamespace(database, "c"), { code: "limit_reached" });
  assert.deepEqual(await Promise.all([first, second]), [1, 2]);
  assert.equal(await addNamespace(database, "c"), 3);
  await database.close();
});

Deno.test("write() spreads writes over transactions of at most commitWritesMax", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path, { commitWritesMax: 2 });
  const watcher = openTestDatabase(path);
  const seen: number[] = [];
  await Promise.all(
    ["a", "b", "c", "d", "e"].map(async (name) => {
      await addNamespace(database, name);
      seen.push(watcher.revision());
    }),
  );
  assert.deepEqual(seen, [2, 2, 4, 4, 5]);
  await watcher.close();
  await database.close();
});

Deno.test("close() commits what waits, refuses what comes and is safe twice", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const waiting = addNamespace(database, "waiting");
  const closing = database.close();
  await assert.rejects(database.write(() => 0), { code: "closed" });
  assert.equal(await waiting, 1);
  await closing;
  await database.close();
  assert.throws(() => database.revision(), { code: "closed" });
  assert.deepEqual(namesIn(path), ["waiting"]);
});

Deno.test("write() waits its turn while another connection holds the lock", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const writing = addNamespace(database, "late");
  setImmediate(() => setImmediate(() => other.exec("COMMIT")));
  assert.equal(await writing, 1);
  other.close();
  await database.close();
});

for (
  const { when, read, revisions } of [
    { when: "", read: () => {}, revisions: [4, 4, 4, 4, 5] },
    {
      when: ", sooner while somebody reads",
      read: (database: Database) => database.revision(),
      revisions: [2, 2, 4, 4, 5],
    },
  ]
) {
  Deno.test(`write() ends a batch that takes long, so that the loop gets its turn${when}`, async () => {
    using home = tempHome();
    const path = join(home.path, "memory.db");
    const clock = new FakeClock();
    const database = openDatabase({ path, limits: limitsWith(), clock });
    const watcher = openTestDatabase(path);
    read(database);
    const writes = Array.from({ length: 5 }, () => database.write(() => clock.advance(1.5)));
    const seen = await Promise.all(writes.map((write) => write.then(() => watcher.revision())));
    assert.deepEqual(seen, revisions);
    await watcher.close();
    await database.close();
  });
}

Deno.test("write() ends a batch as soon as before when nobody has read for a while", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const clock = new FakeClock();
  const database = openDatabase({ path, limits: limitsWith(), clock });
  const watcher = openTestDatabase(path);
  const write3 = () =>
    Promise.all(
      [1, 2, 3].map(() => database.write(() => clock.advance(1.5)).then(() => watcher.revision())),
    );
  database.revision();
  assert.deepEqual(await write3(), [2, 2, 3]);
  clock.advance(2_000);
  assert.deepEqual(await write3(), [6, 6, 6]);
  await watcher.close();
  await database.close();
});

Deno.test("write() answers many writers in more than one turn, in their order", async () => {
  using home = tempHome();
  const database = openTestDatabase(join(home.path, "memory.db"));
  const told: number[] = [];
  const turns = new Set<number>();
  let turn = 0;
  let isOver = false;
  const count = () => {
    turn++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 200 }, async (_, at) => {
    await database.write(() => {});
    told.push(at);
    turns.add(turn);
  }));
  isOver = true;
  assert.deepEqual(told, Array.from({ length: 200 }, (_, at) => at));
  assert.ok(turns.size > 1, `${turns.size}`);
  await database.close();
});

Deno.test("write() acknowledges nothing once the file was removed or replaced, and reads go on", async () => {
  for (
    const lose of [
      (path: string) => rmSync(path),
      (path: string) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ]
  ) {
    using home = tempHome();
    const path = join(home.path, "memory.db");
    const database = openTestDatabase(path);
    await addNamespace(database, "kept");
    lose(path);
    const refusal = { code: "storage_failed", message: /memory\.db.*replaced or removed/ };
    await assert.rejects(addNamespace(database, "lost"), refusal);
    await assert.rejects(addNamespace(database, "lost"), refusal);
    assert.equal(database.revision(), 1);
    await database.close();
  }
});

Deno.test("write() goes on when even the rollback fails", async () => {
  using home = tempHome();
  const database = openTestDatabase(join(home.path, "memory.db"));
  const { connection } = database;
  let failures = 1;
  const writer = new GroupCommit({
    connection: new Proxy(connection, {
      get(target, name) {
        if (name === "exec" && failures-- > 0) {
          return () => {
            throw new Error("disk I/O error");
          };
        }
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
    clock: new FakeClock(),
    checkTarget() {
      if (failures > 0) throw new Error("gone");
    },
    queueMax: 10,
    commitWritesMax: 10,
  });
  await assert.rejects(writer.write(() => 1), { code: "storage_failed", message: /gone/ });
  assert.equal(await writer.write((revision) => revision), 1);
  await writer.close();
  await database.close();
});
