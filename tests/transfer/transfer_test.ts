// A memory that is exported and imported: the same memory, again and again, and together with another.

import assert from "node:assert/strict";
import { testSeed } from "../helpers/seeded_random.ts";
import { liveThrough } from "./_random_history.ts";
import { openTransferPlace, type TransferPlace } from "./_transfer_place.ts";

// What one store counts for itself: writes and rows.
const OWN_COLUMNS = new Set(["number", "revision"]);
const TABLES = [
  "facts",
  "edges",
  "history",
  "reminders",
  "statuses",
  "tombstones",
  "namespaces",
  "skills",
  "skill_namespaces",
];

/** Every row of every table, without what one store counts for itself. */
function rowsOf({ database }: TransferPlace): Record<string, readonly string[]> {
  return Object.fromEntries(TABLES.map((table) => {
    const rows = database.connection.prepare(`SELECT * FROM ${table}`).all().map((row) =>
      JSON.stringify(Object.entries(row).filter(([column]) => !OWN_COLUMNS.has(column)))
    );
    return [table, table === "facts" ? rows : rows.toSorted()];
  }));
}

Deno.test("importLines() restores what exportLines() gave, row by row and in order", async () => {
  const seed = testSeed();
  await using from = await openTransferPlace();
  await liveThrough(from, { seed, steps: 400 });
  const lines = from.export();
  await using to = await openTransferPlace();
  const report = await to.import(lines);
  assert.deepEqual({ ...report, added: 0 }, {
    ...{ format: "car-mcp-memory", lines: lines.length, isWhole: true },
    ...{ added: 0, changed: 0, known: 0, skipped: 0, reasons: [] },
  }, `seed ${seed}`);
  assert.equal(report.added, lines.length - 2);
  assert.deepEqual(rowsOf(to), rowsOf(from), `seed ${seed}`);
  assert.deepEqual(to.export(), lines);
});

Deno.test("a restored memory answers as the one that was exported", async () => {
  const seed = testSeed();
  await using from = await openTransferPlace();
  await liveThrough(from, { seed, steps: 200 });
  await using to = await openTransferPlace();
  await to.import(from.export());
  to.clock.advance(from.clock.now() - to.clock.now());
  for (const text of ["deploy key", "café", "", "東京 port"]) {
    for (const includeSuperseded of [false, true]) {
      const query = { text, k: 20, includeSuperseded };
      const answers = [from, to].map(({ memory }) => memory.query("default", query));
      assert.deepEqual(answers[1], answers[0], `seed ${seed}: ${text}`);
    }
  }
});

Deno.test("importLines() changes nothing the second time and says so", async () => {
  const seed = testSeed();
  await using from = await openTransferPlace();
  await liveThrough(from, { seed, steps: 200 });
  const lines = from.export();
  await using to = await openTransferPlace();
  const { added } = await to.import(lines);
  const before = rowsOf(to);
  const { known, ...rest } = await to.import(lines);
  assert.equal(known + rest.skipped, added, `seed ${seed}`);
  assert.deepEqual([rest.added, rest.changed], [0, 0]);
  // Old versions of skills are not kept a second time, and not judged again.
  assert.deepEqual(rest.reasons, []);
  assert.deepEqual(rowsOf(to), before, `seed ${seed}`);
});

Deno.test("importLines() of a part and then of the whole gives the whole", async () => {
  const seed = testSeed();
  await using from = await openTransferPlace();
  await liveThrough(from, { seed, steps: 150 });
  const lines = from.export();
  for (let length = 1; length < lines.length; length += 1 + Math.floor(lines.length / 12)) {
    await using to = await openTransferPlace();
    const part = await to.import(lines.slice(0, length));
    assert.equal(part.isWhole, false);
    assert.deepEqual(dangling(to), [], `seed ${seed}, ${length} lines`);
    await to.import(lines);
    assert.deepEqual(rowsOf(to), rowsOf(from), `seed ${seed}, ${length} lines`);
  }
});

function dangling({ database }: TransferPlace): readonly unknown[] {
  return database.connection.prepare(`SELECT * FROM edges e WHERE
    NOT EXISTS (SELECT 1 FROM facts WHERE namespace = e.namespace AND id = e.from_id) OR
    NOT EXISTS (SELECT 1 FROM facts WHERE namespace = e.namespace AND id = e.to_id)`).all();
}

Deno.test("exportLines() of one namespace holds nothing of another, and goes into any", async () => {
  const seed = testSeed();
  await using from = await openTransferPlace();
  await liveThrough(from, { seed, steps: 150 });
  const lines = from.export("team/a");
  assert.ok(lines.length > 10);
  assert.ok(lines.slice(1, -1).every((line) => JSON.parse(line).namespace === "team/a"));
  await using to = await openTransferPlace();
  await to.import(lines, "other");
  assert.deepEqual(
    to.export().slice(1),
    lines.slice(1).map((line) => line.replaceAll('"namespace":"team/a"', '"namespace":"other"')),
  );
});
