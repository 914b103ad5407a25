import assert from "node:assert/strict";
import { enduranceRows, heldRows, markdownTable } from "../../../scripts/bench/_sse_rows.ts";

const MIB = 1_048_576;

Deno.test("heldRows() holds memory and time against their goals", () => {
  const session = { residentBytes: 4_096, heapBytes: 2_000 };
  const streamedSession = { residentBytes: 20_000, heapBytes: 9_000 };
  const bareStream = { residentBytes: 8_000, heapBytes: 5_000 };
  const pushes = { pushMs: 21, barePushMs: 14, pushRatio: 1.5 };
  const measures = { session, streamedSession, bareStream, ...pushes };
  assert.deepEqual(goalsOf(heldRows(measures, 100)), [
    "at most 4.1 KB: met",
    "at most +12.0 KB: met",
    "at most 20 ms: missed",
  ]);
  const heavier = { ...measures, bareStream: { ...bareStream, residentBytes: 7_999 } };
  assert.equal(goalsOf(heldRows(heavier, 100))[1], "at most +12.0 KB: missed");
});

Deno.test("enduranceRows() misses the goal when the heap grew by more than a mebibyte", () => {
  const use = (heapBytes: number) => ({ residentBytes: 0, heapBytes });
  const rows = (after: number) => enduranceRows({ before: use(MIB), after: use(after) }, 10);
  assert.deepEqual(goalsOf(rows(2 * MIB)), ["at most +1.0 MiB: met"]);
  assert.deepEqual(goalsOf(rows(2 * MIB + 1)), ["at most +1.0 MiB: missed"]);
});

Deno.test("markdownTable() has a line for the names, a rule and a line for each row", () => {
  assert.equal(
    markdownTable([["rate", "1", "2", "× 0.50", ""]]),
    "|  | car-mcp | bare | beside it | goal |\n" +
      "| --- | --- | --- | --- | --- |\n" +
      "| rate | 1 | 2 | × 0.50 |  |",
  );
});

function goalsOf(rows: readonly (readonly string[])[]): readonly string[] {
  return rows.flatMap((row) => row.at(-1) || []);
}
