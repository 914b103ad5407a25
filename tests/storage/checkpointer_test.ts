import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { limitsWith } from "../../src/base/limits.ts";
import { Checkpointer } from "../../src/storage/_checkpointer.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { BUN, DENO, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

// As many as it takes for the log to be copied.
const MANY = 1_024;
const LOG_COPIER = fileURLToPath(new URL("./_log_copier.ts", import.meta.url));
const ROW_WRITER = fileURLToPath(new URL("../helpers/row_writer.ts", import.meta.url));

function openTestDatabase(path: string): Database {
  return openDatabase({ path, limits: limitsWith(), clock: new FakeClock() });
}

function addRow(database: Database, name: string): void {
  database.connection.prepare("INSERT INTO meta (name, value) VALUES (?, 1)").run(name);
}

/** True when the file holds a row without the help of its log. */
function isInFile(path: string, name: string): boolean {
  using place = tempHome();
  const copy = join(place.path, "copy.db");
  copyFileSync(path, copy);
  using reader = new DatabaseSync(copy);
  try {
    return reader.prepare("SELECT 1 FROM meta WHERE name = ?").get(name) !== undefined;
  } catch (fault) {
    // Even its tables are still in the log.
    assert.match(String(fault), /no such table/);
    return false;
  }
}

function makeCheckpointer(path: string, checkTarget: () => void = () => {}): Checkpointer {
  return new Checkpointer({ path, clock: new FakeClock(), checkTarget });
}

Deno.test("Checkpointer.committed() copies the log into the file after many writes, not before", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const checkpointer = makeCheckpointer(path);
  addRow(database, "first");
  checkpointer.committed(MANY - 1);
  await checkpointer.rest();
  assert.equal(existsSync(`${path}-wal`), true);
  assert.equal(isInFile(path, "first"), false);
  checkpointer.committed(1);
  await checkpointer.rest();
  assert.equal(isInFile(path, "first"), true);
  await checkpointer.close();
  await database.close();
});

Deno.test("Checkpointer.hold makes writes wait for a second pass only when the first left something", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  using reader = new DatabaseSync(path);
  const checkpointer = makeCheckpointer(path);
  addRow(database, "seen");
  reader.exec("BEGIN; SELECT * FROM meta");
  addRow(database, "written meanwhile");
  checkpointer.committed(MANY);
  while (checkpointer.hold === undefined) await new Promise((turn) => setImmediate(turn));
  await checkpointer.hold;
  await checkpointer.rest();
  assert.equal(checkpointer.hold, undefined);
  reader.exec("COMMIT");
  checkpointer.committed(MANY);
  await checkpointer.rest();
  assert.equal(isInFile(path, "written meanwhile"), true);
  await checkpointer.close();
  await database.close();
});

Deno.test("Checkpointer.close() is safe twice and before the thread has begun", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const checkpointer = makeCheckpointer(path);
  await checkpointer.close();
  const started = makeCheckpointer(path);
  started.committed(MANY);
  await Promise.all([started.close(), started.close()]);
  started.committed(MANY);
  await started.rest();
  await database.close();
  assert.deepEqual(readdirSync(home.path), ["memory.db"]);
});

Deno.test("Checkpointer touches nothing at the path once the file is another one", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  addRow(database, "kept");
  const replaced = makeCheckpointer(path, () => {
    throw new Error("replaced");
  });
  replaced.committed(MANY);
  await replaced.rest();
  assert.equal(isInFile(path, "kept"), false);
  await database.close();
  rmSync(path);
  const removed = makeCheckpointer(path);
  removed.committed(MANY);
  await removed.rest();
  assert.equal(existsSync(path), false);
  await removed.close();
});

Deno.test("scrub() empties the log although it was being copied", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  const insert = database.connection.prepare("INSERT INTO meta (name, value) VALUES (?, 1)");
  await Promise.all(
    Array.from({ length: MANY }, (_, at) => database.write(() => insert.run(`row ${at}`))),
  );
  assert.equal(await database.scrub(), true);
  assert.equal(isInFile(path, `row ${MANY - 1}`), true);
  await database.close();
  assert.deepEqual(readdirSync(home.path), ["memory.db"]);
});

testOnBoth(
  "Checkpointer copies the log with the permissions of a server",
  async ({ command, prefix }) => {
    using home = tempHome();
    const path = join(home.path, "memory.db");
    const child = spawn(command, [...prefix, LOG_COPIER, path, `${MANY}`], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const end = once(child, "close");
    for await (const line of createInterface({ input: child.stdout })) {
      assert.equal(line, "copied");
      assert.equal(isInFile(path, "row"), true);
      child.stdin.end();
    }
    assert.equal((await end)[0], 0);
  },
);

testOnBoth(
  "what two processes acknowledged while they copied one log outlives kill -9",
  async (runtime) => {
    using home = tempHome();
    const path = join(home.path, "memory.db");
    await openTestDatabase(path).close();
    const names = ["a", "b"];
    const acknowledged = await Promise.all(names.map(async (name) => {
      const { command, prefix } = runtime === DENO || BUN === undefined ? DENO : BUN;
      const child = spawn(command, [...prefix, ROW_WRITER, path, name], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const end = once(child, "close");
      let last = -1;
      for await (const line of createInterface({ input: child.stdout })) {
        last = Number(line);
        if (last >= 8 * MANY) child.kill("SIGKILL");
      }
      assert.deepEqual((await end)[1], "SIGKILL");
      return last;
    }));
    const database = openTestDatabase(path);
    const count = database.connection.prepare(
      "SELECT count(*) AS count FROM meta WHERE name LIKE ? AND value <= ?",
    );
    for (const [at, name] of names.entries()) {
      const last = acknowledged[at] ?? NaN;
      assert.equal(count.get(`${name} %`, last)?.["count"], last + 1);
    }
    assert.deepEqual(
      database.connection.prepare("PRAGMA integrity_check").all(),
      [
        { integrity_check: "ok" },
      ].map((row) => Object.assign(Object.create(null), row)),
    );
    await database.close();
  },
);
