// The store of tasks on SQLite: the contract, its file, and what a killed process leaves behind.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSqliteTasks, type SqliteTasks } from "../../src/storage/sqlite_tasks.ts";
import { keptTask, testTaskStore } from "../contract/task_store_contract.ts";
import { startProcess } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const HOLDER = fileURLToPath(new URL("../helpers/task_holder.ts", import.meta.url));

function openWhole(path: string): SqliteTasks {
  return createSqliteTasks({
    path,
    onSetAside: ({ cause }) => assert.fail(`Set aside: ${String(cause)}`),
  });
}

testTaskStore("SQLite", () => {
  const home = tempHome();
  const stores: SqliteTasks[] = [];
  return {
    open() {
      const store = openWhole(join(home.path, "tasks.db"));
      stores.push(store);
      return store;
    },
    [Symbol.dispose]() {
      for (const store of stores) store.close();
      home[Symbol.dispose]();
    },
  };
});

Deno.test("createSqliteTasks() keeps its files for their owner alone", () => {
  using home = tempHome();
  const store = openWhole(join(home.path, "tasks.db"));
  store.save(keptTask("a"));
  for (const name of readdirSync(home.path)) {
    assert.equal(statSync(join(home.path, name)).mode & 0o777, 0o600, name);
  }
  store.close();
  assert.deepEqual(readdirSync(home.path).sort(), ["tasks.db", "tasks.db.lock"]);
});

Deno.test("createSqliteTasks() sets a damaged file aside and begins anew", () => {
  using home = tempHome();
  const path = join(home.path, "tasks.db");
  writeFileSync(path, "shopping list\n".repeat(1_000));
  const setAside: string[] = [];
  const store = createSqliteTasks({ path, onSetAside: (file) => void setAside.push(file.path) });
  assert.deepEqual(setAside, [`${path}.damaged`]);
  store.save(keptTask("a"));
  assert.equal(store.usage("local").tasks, 1);
  store.erase(["x"], 0);
  assert.equal(existsSync(`${path}.damaged`), false);
  store.close();
  openWhole(path).close();
});

Deno.test("erase() leaves nothing of a text in the files", () => {
  using home = tempHome();
  const store = openWhole(join(home.path, "tasks.db"));
  const secret = "under-the-mat";
  for (let at = 0; at < 200; at++) {
    const text = `${at % 3 === 0 ? secret : "elsewhere"} ${"x".repeat(at * 50)}`;
    store.save(keptTask(`${at}`, { status: "completed", content: JSON.stringify({ text }) }));
  }
  store.removeExpired(0);
  assert.equal(store.erase([secret], 1).length, 67);
  for (const name of readdirSync(home.path)) {
    assert.ok(!readFileSync(join(home.path, name)).includes(secret), name);
  }
  assert.equal(store.usage("local").tasks, 200);
  store.close();
});

testOnBoth("what a killed process ran is interrupted, what had ended stays", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "tasks.db");
  await using other = await startProcess({ runtime, script: HOLDER, args: [path] });
  assert.equal(other.firstLine, "saved");
  const store = openWhole(path);
  assert.equal(store.endAbandoned(5_000), 0);
  assert.equal(store.get("running")?.status, "working");
  await other.stop("SIGKILL");
  assert.equal(store.endAbandoned(5_000), 1);
  assert.equal(store.get("running")?.failure, "interrupted");
  assert.equal(store.get("done")?.content, '"result"');
  store.close();
});
