// Several processes on one file: two of them write, erase and read at once, under both runtimes where
// there are two, while a third looks on. Ten thousand operations in all; nothing that was acknowledged
// is lost, and nobody reads what is out of date.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { BUN, DENO, type Runtime } from "../helpers/runtimes.ts";
import { openTestMemory, type TestMemory } from "./_test_memory.ts";

const WORKER = fileURLToPath(new URL("../helpers/memory_worker.ts", import.meta.url));
// Each round is 20 adds with a read, 10 adds and erasures with two reads, a tag and a reminder: 92
// operations. Two processes of 60 rounds make 11,040.
const ROUNDS = 60;
const KEPT_OF_ROUND = 20;
const SHARED = 20;

interface Line {
  readonly kept?: string;
  readonly erased?: string;
  readonly id?: string;
}

/** Reads what a process acknowledges and looks for it at once. */
async function follow(child: ChildProcess, memory: TestMemory): Promise<readonly Line[]> {
  const lines: Line[] = [];
  assert.ok(child.stdout);
  for await (const text of createInterface({ input: child.stdout })) {
    const line: Line = JSON.parse(text);
    lines.push(line);
    const word = line.kept ?? line.erased;
    if (word === undefined) continue;
    const ids = memory.engine.query("default", { text: word, k: 5 }).map(({ id }) => id);
    const isUpToDate = line.kept === undefined ? !ids.includes(line.id ?? "") : ids[0] === line.id;
    assert.ok(isUpToDate, text);
  }
  return lines;
}

function start({ command, prefix }: Runtime, args: readonly string[]): ChildProcess {
  return spawn(command, [...prefix, WORKER, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

Deno.test("two processes write, erase and read one memory while a third looks on", async () => {
  await using memory = await openTestMemory();
  // What waits for another process to let go of the log does not hold this one up by itself.
  const alive = setInterval(() => {}, 1_000);
  using _alive = { [Symbol.dispose]: () => clearInterval(alive) };
  await memory.engine.addFact("default", {
    ...{ id: "reminder", subject: "zanzibar", body: "spices", kind: "knowledge" },
  });
  const args = (name: string) => [memory.path, name, `${ROUNDS}`];
  const children = [start(DENO, args("a")), start(BUN ?? DENO, args("b"))];
  const ends = children.map((child) => once(child, "close"));
  const lines = (await Promise.all(children.map((child) => follow(child, memory)))).flat();
  assert.deepEqual((await Promise.all(ends)).map(([code]) => code), [0, 0]);

  const kept = lines.filter((line) => line.kept !== undefined);
  assert.equal(kept.length, 2 * ROUNDS * KEPT_OF_ROUND);
  assert.equal(memory.engine.stats().facts, kept.length + SHARED + 1);
  const rows = memory.database.connection.prepare("SELECT id, subject, tags FROM facts").all();
  const subjects = new Map(rows.map((row) => [String(row["id"]), String(row["subject"])]));
  assert.deepEqual(kept.filter(({ id = "", kept: word }) => subjects.get(id) !== word), []);
  const tags = rows.filter((row) => String(row["subject"]).startsWith("shared"))
    .map((row) => JSON.parse(String(row["tags"])).toSorted());
  const wanted = ["a0", "a1", "a2", "b0", "b1", "b2"];
  assert.deepEqual(tags, Array(SHARED).fill(wanted));
  const reminded = memory.database.connection.prepare("SELECT count FROM reminders").all();
  assert.deepEqual(reminded.map((row) => row["count"]), [2 * ROUNDS]);

  // A try of a third process settles what the two held each other up over.
  assert.equal((await memory.engine.deleteFact("default", "none")).scrubbed, true);
  const folder = dirname(memory.path);
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "latin1"));
  const left = lines.filter(({ erased, id = "" }) =>
    erased !== undefined && texts.some((text) => text.includes(erased) || text.includes(id))
  );
  assert.deepEqual(left, []);
});
