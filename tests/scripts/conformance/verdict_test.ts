// What a run of the conformance suite is judged by: what failed, and what may.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type ExpectedFailure,
  readExpectedFailures,
} from "../../../scripts/conformance/_expected_failures.ts";
import { type Scenario, summarized } from "../../../scripts/conformance/_suite.ts";
import { judge } from "../../../scripts/conformance/_verdict.ts";

const FILE = new URL("../../conformance/expected_failures.yaml", import.meta.url);

const RAN: readonly Scenario[] = [
  { name: "good", checks: [{ id: "a", status: "SUCCESS" }, { id: "b", status: "INFO" }] },
  {
    name: "bad",
    checks: [
      { id: "a", status: "SUCCESS" },
      { id: "b", status: "FAILURE", errorMessage: "Not so" },
      { id: "c", status: "WARNING", errorMessage: "Rather not" },
    ],
  },
];

function mayFail(scenario: string, check?: string): ExpectedFailure {
  return { run: "fixture 2025-11-25", scenario, check, reason: "It is so" };
}

Deno.test("judge() counts, and names failures and warnings that are not expected", () => {
  assert.deepEqual(judge(RAN, []), {
    passed: 2,
    failed: 1,
    warned: 1,
    expected: 0,
    problems: ["bad:b fails: Not so", "bad:c warns: Rather not"],
  });
});

Deno.test("judge() excuses a scenario or a check, and only what was named", () => {
  assert.deepEqual(judge(RAN, [mayFail("bad")]).problems, []);
  const { expected, problems } = judge(RAN, [mayFail("bad", "b")]);
  assert.deepEqual([expected, problems], [1, ["bad:c warns: Rather not"]]);
});

Deno.test("judge() finds an expectation that is not met any more", () => {
  const { problems } = judge(RAN, [mayFail("bad"), mayFail("good"), mayFail("gone", "x")]);
  assert.deepEqual(problems, [
    "good is expected to fail and does not",
    "gone:x is expected to fail and does not",
  ]);
});

Deno.test("readExpectedFailures() reads runs, scenarios and checks with their reasons", () => {
  const text = "# Why\n\nfixture 2025-11-25:\n  a: One reason\n  b:c-d-$e: Another: one\n";
  assert.deepEqual(readExpectedFailures(text), [
    { run: "fixture 2025-11-25", scenario: "a", check: undefined, reason: "One reason" },
    { run: "fixture 2025-11-25", scenario: "b", check: "c-d-$e", reason: "Another: one" },
  ]);
});

Deno.test("readExpectedFailures() refuses an entry without a reason, or outside of a run", () => {
  for (
    const text of [
      "  a: reason\n",
      "fixture 2025-11-25:\n  a:\n",
      "fixture 2025-11-25:\n  a: \n",
      "x:\n",
    ]
  ) {
    assert.throws(() => readExpectedFailures(text), /Line \d of the expected failures/);
  }
});

Deno.test("the file of expected failures can be read", () => {
  readExpectedFailures(readFileSync(FILE, "utf8"));
});

Deno.test("summarized() names the scenarios behind the summary's head alone", () => {
  const output = "✓ early: 1 passed, 0 failed\n=== SUMMARY ===\n✓ a-b: 2 passed, 0 failed\n" +
    "✗ c: 0 passed, 1 failed\n\nTotal: 2 passed, 1 failed\n  ✓ a-b (pending)\n";
  assert.deepEqual(summarized(output), ["a-b", "c"]);
});
