// A process that uses a memory together with others: adds, erases, merges tags, counts reminders and
// reads, and prints a line for each write that was acknowledged. Arguments: the database, a name, how
// many rounds. Run on either runtime.

import process from "node:process";
import { limitsWith } from "../../src/base/limits.ts";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { openMemory } from "../../src/memory/engine.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";

/** Writes of one round, all under way at once. */
const ROUND = { kept: 20, doomed: 10 };
/** Facts that all processes change. */
const SHARED = 20;

const [path = "", name = "", rounds = "0"] = process.argv.slice(2);
const limits = limitsWith();
const database = openDatabase({ path, limits, durability: "normal" });
const memory = await openMemory({
  store: createSqliteMemory(database),
  clock: SYSTEM_CLOCK,
  limits,
});

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function add(word: string): Promise<string> {
  const { id } = await memory.addFact("default", { subject: word, body: `body of ${word}` });
  if (idsOf(word)[0] !== id) throw new Error(`A stale read after ${word} was stored`);
  return id;
}

function idsOf(word: string): readonly string[] {
  return memory.query("default", { text: word, k: 5 }).map((hit) => hit.id);
}

async function addKept(word: string): Promise<void> {
  say({ kept: word, id: await add(word) });
}

async function addAndErase(word: string): Promise<void> {
  const id = await add(word);
  await memory.deleteFact("default", id);
  if (idsOf(word).includes(id)) throw new Error(`A stale read after ${word} was erased`);
  say({ erased: word, id });
}

async function tag(round: number): Promise<void> {
  const nth = round % SHARED;
  const fact = {
    subject: `shared${nth}`,
    body: "of all",
    tags: [`${name}${Math.floor(round / SHARED)}`],
  };
  await memory.addFact("default", fact);
}

// Holds the process up until all of it is done: nothing else does.
const alive = setInterval(() => {}, 1_000);
for (let round = 0; round < Number(rounds); round++) {
  const words = (kind: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${kind}${name}r${round}n${at}`);
  await Promise.all([
    ...words("kept", ROUND.kept).map(addKept),
    ...words("doomed", ROUND.doomed).map(addAndErase),
    tag(round),
    memory.intervene("default", { query: "zanzibar", force: true }),
  ]);
}
clearInterval(alive);
await memory.close();
await database.close();
say({ done: name });
