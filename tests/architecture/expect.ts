// How the tests of the checks read: a few files in memory, and what is said about them.

import assert from "node:assert/strict";
import { type Check, parseUnits } from "./source.ts";

/** The files of one example, by path. */
export type Example = Readonly<Record<string, string>>;

/** Asserts that the check has exactly one complaint about the files, and that it matches. */
export function assertReports(check: Check, example: Example, complaint: RegExp): void {
  const problems = check(parseUnits(example));
  assert.equal(problems.length, 1, `Expected one complaint, got ${JSON.stringify(problems)}`);
  assert.match(problems[0] ?? "", complaint);
}

/** Asserts that the check has nothing to say about the files. */
export function assertAccepts(check: Check, example: Example): void {
  assert.deepEqual(check(parseUnits(example)), []);
}
