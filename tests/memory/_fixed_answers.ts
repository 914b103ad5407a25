// Prints what a memory of fixed facts answers to fixed queries: while it fills, after a start from its
// index file, and after a start from its rows. A program of its own, to be run by any runtime; its
// argument is an empty folder.

import { join } from "node:path";
import process from "node:process";
import { limitsWith } from "../../src/base/limits.ts";
import { openMemory } from "../../src/memory/engine.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createIndexFiles } from "../../src/storage/index_files.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { RandomFacts } from "./_random_facts.ts";

const FACTS = 600;
const QUERIES = 60;
const WORDS = [
  "deployed",
  "東京タワー",
  "Café",
  "getUserById",
  "E-4012",
  "8 May 2023",
  "สวัสดี",
  "ran",
];

const [folder = ""] = process.argv.slice(2);
const clock = new FakeClock();
const random = new RandomFacts(20_260_101);
const text = (words: number) => `${random.text(words)} ${WORDS[random.below(WORDS.length)]}`;

async function open(ending: string) {
  const limits = limitsWith();
  const database = openDatabase({ path: join(folder, "memory.db"), limits });
  const store = createSqliteMemory(database);
  const snapshotFiles = createIndexFiles({ folder: join(folder, ending) });
  const memory = await openMemory({ store, clock, limits, snapshotFiles });
  return {
    memory,
    async close() {
      await memory.close();
      await database.close();
    },
  };
}

const facts = Array.from({ length: FACTS }, (_, number) => ({
  id: `f${number}`,
  subject: text(1 + random.below(2)),
  body: number % 3 === 0 ? text(1) : text(4 + random.below(20)),
  tags: random.below(4) === 0 ? [random.word()] : [],
  validFromMs: clock.now() - random.below(400) * 86_400_000,
  ...(number % 5 === 0 ? { source: `chat ${number % 7}` } : { client: "c" }),
}));
const queries = Array.from({ length: QUERIES }, (_, number) => ({
  text: number % 9 === 0 ? `${text(2)} deploxed now` : text(1 + number % 6),
  k: 1 + number % 20,
}));
let first = true;
for (const ending of ["index", "index", "none"]) {
  const { memory, close } = await open(ending);
  if (first) { for (const fact of facts) await memory.addFact("default", fact); }
  if (first) await memory.deleteFact("default", "f77");
  first = false;
  const answers = queries.map((query) =>
    memory.query("default", query).map(({ id, activation, why }) => [id, activation, why])
  );
  process.stdout.write(`${JSON.stringify(answers)}\n`);
  await close();
}
