// Writes that share a transaction with one that the disk fails.

import assert from "node:assert/strict";
import { join } from "node:path";
import { tempHome } from "../helpers/temp_home.ts";
import { ADD_NAMESPACE, addNamespace, namesIn, openTestDatabase } from "./_namespace_rows.ts";

Deno.test("write() rejects the whole batch and half-writes nothing when the disk is full", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  await addNamespace(database, "kept");
  // A migration may have left empty pages.
  database.connection.exec("PRAGMA incremental_vacuum");
  const pages = database.connection.prepare("PRAGMA page_count").get();
  database.connection.exec(`PRAGMA max_page_count = ${Number(pages?.["page_count"]) + 1}`);
  const long = "x".repeat(3_000);
  const results = await Promise.allSettled(
    Array.from({ length: 16 }, (_, at) => addNamespace(database, `${long}${at}`)),
  );
  assert.ok(
    results.every((result) =>
      result.status === "rejected" && result.reason.code === "storage_failed"
    ),
  );
  assert.deepEqual(namesIn(path), ["kept"]);
  database.connection.exec("PRAGMA max_page_count = 1000000");
  await addNamespace(database, "later");
  assert.deepEqual(namesIn(path), ["kept", "later"]);
  await database.close();
});

/** As SQLite reports that it could not write to the disk. */
function diskFault(): Error {
  return Object.assign(new Error("disk I/O error"), { errcode: 10 });
}

Deno.test("write() runs nothing again when the disk failed one write of a batch", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  let runs = 0;
  const results = await Promise.allSettled([
    database.write((revision) => {
      runs++;
      database.connection.prepare(ADD_NAMESPACE).run("before", revision);
    }),
    database.write(() => {
      throw diskFault();
    }),
    addNamespace(database, "after"),
  ]);
  const codes = results.map((result) => result.status === "rejected" && result.reason.code);
  // What comes after the fault is in a batch of its own.
  assert.deepEqual([codes, runs], [["storage_failed", "storage_failed", false], 1]);
  assert.deepEqual(namesIn(path), ["after"]);
  await database.close();
});

Deno.test("write() rejects a whole batch when the disk fails where a refused one is looked for", async () => {
  using home = tempHome();
  const path = join(home.path, "memory.db");
  const database = openTestDatabase(path);
  let runs = 0;
  const results = await Promise.allSettled([
    addNamespace(database, "before"),
    database.write(() => {
      // Refused at first; the disk fails when the batch is run again.
      throw ++runs === 1 ? new Error("refused") : diskFault();
    }),
  ]);
  const codes = results.map((result) => result.status === "rejected" && result.reason.code);
  assert.deepEqual([codes, runs], [["storage_failed", "storage_failed"], 2]);
  assert.deepEqual(namesIn(path), []);
  await addNamespace(database, "later");
  assert.deepEqual(namesIn(path), ["later"]);
  await database.close();
});
