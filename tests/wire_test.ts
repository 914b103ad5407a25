// Holds the table of `tests/wire.md` and the tests together: no test cites a row that is not there,
// and no row counts as proven without a test that cites it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadUnits, parseUnits } from "./architecture/source.ts";
import { citedRows, expandRanges, readRows, type RowRange } from "./helpers/wire_table.ts";

/**
 * The rows that are promised as proven. Whoever proves further rows adds them here, as a number or
 * as a run `[first, last]`; from then on the row must keep a test that cites it.
 */
const PROVEN: readonly RowRange[] = [[1, 189]];

const ROWS_TOTAL = 189;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROWS = readRows(readFileSync(new URL("wire.md", import.meta.url), "utf8"));

// The examples below are about citations and prove nothing.
const TESTS = loadUnits(ROOT, ["tests"]).filter(({ path }) => path !== "tests/wire_test.ts");

Deno.test("wire.md counts its rows from 1 to 189 without gap or repetition", () => {
  const numbers = ROWS.map((row) => row.number);
  assert.deepEqual(numbers, expandRanges([[1, ROWS_TOTAL]]));
});

Deno.test("wire.md says for every row what is asked and what is expected", () => {
  assert.deepEqual(ROWS.filter((row) => row.request === "" || row.expected === ""), []);
});

Deno.test("wire.md has a row for each number that a test cites", () => {
  const known = new Set(ROWS.map((row) => row.number));
  assert.deepEqual([...citedRows(TESTS)].filter((number) => !known.has(number)), []);
});

Deno.test("wire.md has a citing test for each row that is promised as proven", () => {
  const cited = citedRows(TESTS);
  assert.deepEqual(expandRanges(PROVEN).filter((number) => !cited.has(number)), []);
});

Deno.test("readRows() takes rows with a number and leaves heads, rules and prose out", () => {
  const markdown = "| # | Request | Expected |\n| -- | -- | -- |\n" +
    "| 7  | GET  | 200 with `a`   |\n| 8 |  | 404 |\nRow 9 | is | prose\n";
  assert.deepEqual(readRows(markdown), [
    { number: 7, request: "GET", expected: "200 with `a`" },
    { number: 8, request: "", expected: "404" },
  ]);
});

Deno.test("citedRows() finds numbers and runs in strings and templates, not in comments", () => {
  const units = parseUnits({
    "tests/a_test.ts": "// mcp:1\nDeno.test('ends (mcp:2 mcp:3)', run);\n" +
      "Deno.test(`mcp:10-12 ${kind} and mcp:14`, run); const other = 'xmcp:20';",
  });
  assert.deepEqual([...citedRows(units)], [2, 3, 10, 11, 12, 14]);
});

Deno.test("expandRanges() counts single rows and runs, both ends included", () => {
  assert.deepEqual(expandRanges([3, [5, 7], [9, 9]]), [3, 5, 6, 7, 9]);
});
