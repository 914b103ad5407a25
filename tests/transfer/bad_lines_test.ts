// Files that are cut, garbled, too large or of another kind.

import assert from "node:assert/strict";
import { readBoundedLines } from "../../src/base/bounded_lines.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";
import { liveThrough } from "./_random_history.ts";
import { openTransferPlace } from "./_transfer_place.ts";

const HEADER = '{"format":"car-mcp-memory","version":1}';
const FACT = {
  type: "fact",
  namespace: "default",
  id: "a",
  kind: "pattern",
  subject: "s",
  body: "b",
  confidence: "high",
  valid_from: "2026-01-01T00:00:00.000Z",
  recorded_at: "2026-01-01T00:00:00.000Z",
  state: "live",
};

for (
  const [name, first] of [
    ["an empty file", []],
    ["a shopping list", ["milk", "bread"]],
    ["other JSON", ['{"type":"song"}']],
    ["a list", ["[1,2]"]],
  ] as const
) {
  Deno.test(`importLines() refuses ${name} and stores nothing`, async () => {
    await using place = await openTransferPlace();
    await assert.rejects(place.import(first), { code: "invalid_argument" });
    assert.equal(place.database.revision(), 0);
  });
}

Deno.test("importLines() refuses a file of a newer version by its number", async () => {
  await using place = await openTransferPlace();
  const lines = ['{"format":"car-mcp-memory","version":2}', JSON.stringify(FACT)];
  const refusal = { code: "invalid_argument", message: /version is 2, .* up to 1/ };
  await assert.rejects(place.import(lines), refusal);
});

Deno.test("importLines() skips each bad line with its number and a reason, and takes the rest", async () => {
  await using place = await openTransferPlace({ transferLineBytesMax: 131_072 });
  const bad: readonly (readonly [unknown, RegExp])[] = [
    ["{", /no JSON object/],
    ["[]", /no JSON object/],
    ["[".repeat(1_000), /too deep/],
    [" ".repeat(131_073), /too long/],
    [{ ...FACT, type: "song" }, /"type"/],
    [{ ...FACT, namespace: "no spaces" }, /"namespace"/],
    [{ ...FACT, namespace: 7 }, /"namespace"/],
    [{ ...FACT, id: "" }, /"id" is empty/],
    [{ ...FACT, id: "proactive-status:x" }, /"id" begins/],
    [{ ...FACT, kind: "feeling" }, /"kind"/],
    [{ ...FACT, body: undefined }, /"body" is missing/],
    [{ ...FACT, body: "\u0000" }, /"body" holds/],
    [{ ...FACT, body: "x".repeat(65_000).concat("é".repeat(300)) }, /"body" has/],
    [{ ...FACT, tags: [1] }, /"tags"/],
    [{ ...FACT, valid_from: "yesterday" }, /"valid_from" is no time/],
    [{ ...FACT, history: [{}] }, /"changed_at" is missing/],
    [{ ...FACT, reminded: { count: -1 } }, /"count"/],
    [{ type: "edge", namespace: "default", from: "a", to: "b", kind: "likes" }, /"kind"/],
    [{ type: "edge", namespace: "default", from: "a", to: "b", kind: "depends_on" }, /at its end/],
    [{ type: "skill", namespace: "default", name: "s", version: 0 }, /"version"/],
  ];
  const lines = bad.map(([record]) => typeof record === "string" ? record : JSON.stringify(record));
  const report = await place.import([HEADER, ...lines, JSON.stringify(FACT)]);
  assert.deepEqual(report.reasons.map(({ line }) => line), bad.map((_, at) => at + 2));
  for (const [at, [, complaint]] of bad.entries()) {
    assert.match(report.reasons[at]?.why ?? "", complaint);
  }
  assert.deepEqual([report.added, report.skipped, report.isWhole], [1, bad.length, false]);
});

Deno.test("importLines() names the first hundred lines that it skips and counts the others", async () => {
  await using place = await openTransferPlace();
  const report = await place.import([HEADER, ...Array(250).fill("{}")]);
  assert.deepEqual([report.reasons.length, report.skipped], [100, 250]);
});

Deno.test("importLines() of garbled files stores nothing unsound and never fails otherwise", async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  await using from = await openTransferPlace();
  await liveThrough(from, { seed, steps: 60 });
  const whole = from.export().join("\n");
  // A garbled first line is refused as a whole: what it names is not this format.
  const body = whole.indexOf("\n") + 1;
  for (let round = 0; round < 40; round++) {
    const at = body + random(whole.length - body);
    const garbage = ["}", '"', "\n", "\u0000", ",", "0", ""][random(7)] ?? "";
    const text = whole.slice(0, at) + garbage + whole.slice(at + random(40));
    await using to = await openTransferPlace();
    const { added, skipped } = await to.import(text.split("\n"));
    assert.ok(added + skipped > 0, `seed ${seed}`);
    const facts = to.database.connection.prepare("SELECT count(*) AS n FROM facts").get()?.["n"];
    const counted = to.database.connection.prepare("SELECT total(facts) AS n FROM namespaces")
      .get();
    assert.equal(facts, counted?.["n"], `seed ${seed}`);
  }
});

Deno.test("readBoundedLines() cuts at any border of its chunks alike", async () => {
  const bytes = new TextEncoder().encode(`\ufefffirst\r\n\nthird é\n${"x".repeat(12)}\nlast`);
  for (let size = 1; size <= bytes.length; size++) {
    const lines: unknown[] = [];
    for await (const line of readBoundedLines(chunksOf(bytes, size), 12)) lines.push(line);
    assert.deepEqual(lines, [
      { number: 1, text: "first" },
      { number: 2, text: "" },
      { number: 3, text: "third é" },
      { number: 4, text: "x".repeat(12) },
      { number: 5, text: "last" },
    ]);
  }
});

Deno.test("readBoundedLines() tells lines that are too long or not UTF-8 and goes on", async () => {
  const bytes = Uint8Array.from([...Array(9).fill(120), 10, 0xff, 10, 121]);
  const lines: unknown[] = [];
  for await (const line of readBoundedLines(chunksOf(bytes, 4), 8)) lines.push(line);
  assert.deepEqual(lines, [
    { number: 1, fault: "too_long", edges: "xxxxxxxxx" },
    { number: 2, fault: "not_utf8" },
    { number: 3, text: "y" },
  ]);
});

Deno.test("readBoundedLines() keeps how a line begins and ends that is too long", async () => {
  const text = `begin${"x".repeat(5_000)}end\nnext`;
  for (const size of [1, 7, 128, 1_000, 10_000]) {
    const lines: unknown[] = [];
    const chunks = chunksOf(new TextEncoder().encode(text), size);
    for await (const line of readBoundedLines(chunks, 1_000)) lines.push(line);
    const edges = `begin${"x".repeat(123)}…${"x".repeat(125)}end`;
    assert.deepEqual(lines, [{ number: 1, fault: "too_long", edges }, { number: 2, text: "next" }]);
  }
});

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
