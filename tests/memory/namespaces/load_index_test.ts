import assert from "node:assert/strict";
import { atOnce } from "../../../src/base/in_turns.ts";
import type { MemoryEngine } from "../../../src/memory/engine.ts";
import { loadIndex } from "../../../src/memory/namespaces/_load_index.ts";
import { createTokenizer } from "../../../src/memory/tokenizer.ts";
import { createSqliteMemory } from "../../../src/storage/sqlite_memory.ts";
import { openTestMemory } from "../_test_memory.ts";

const FACTS = 200;

// In the order in which they are read.
function factOf(number: number) {
  return { id: `f${String(number).padStart(3, "0")}`, subject: `S${number}`, body: "word" };
}

// When it happens the first page is read and the last one is not.
const MEANWHILE: Readonly<Record<string, (engine: MemoryEngine) => Promise<unknown>>> = {
  "nothing happens": () => Promise.resolve(),
  "a fact is erased that was read": (engine) => engine.deleteFact("default", factOf(0).id),
  "a fact is erased that was not read": (engine) =>
    engine.deleteFact("default", factOf(FACTS - 1).id),
  "a fact is added": (engine) => engine.addFact("default", { ...factOf(0), id: "a", body: "else" }),
  "a fact is changed": (engine) => engine.addFact("default", { ...factOf(1), tags: ["again"] }),
};

for (const [what, happen] of Object.entries(MEANWHILE)) {
  Deno.test(`loadIndex() holds what is stored when it ends though ${what}`, async () => {
    await using memory = await openTestMemory();
    const { engine, database } = memory;
    const facts = Array.from({ length: FACTS }, (_, number) => factOf(number));
    await Promise.all(facts.map((fact) => engine.addFact("default", fact)));
    const options = {
      store: createSqliteMemory(database),
      tokenizer: createTokenizer(),
      snapshots: undefined,
    };
    const loading = loadIndex("default", options);
    assert.ok(!loading.next().done);
    await happen(engine);
    const index = atOnce(loading);
    const wanted = atOnce(loadIndex("default", options));
    const content = ({ table }: typeof index) =>
      [...table.ids()].sort().map((id) => [id, table.tags(table.slotOf(id) ?? -1)]);
    assert.deepEqual(content(index), content(wanted));
    assert.equal(
      index.postings.length(index.termOf("word") ?? -1),
      wanted.postings.length(wanted.termOf("word") ?? -1),
    );
  });
}
