// Runs the official conformance suite against the fixture server, under each runtime, and against the
// product, for both requirement sets. Prints `passed / failed` for each run; ends with 1 when anything
// failed that `tests/conformance/expected_failures.yaml` does not excuse, or when it excuses too much. The
// suite waits for messages by the clock, for less than a second, so a run with problems is repeated once.

import { readFileSync } from "node:fs";
import process from "node:process";
import { readExpectedFailures } from "./_expected_failures.ts";
import { REQUIREMENT_SETS, runAgainst, serversUnderTest } from "./_runs.ts";
import { judge } from "./_verdict.ts";

const EXPECTED_FAILURES = new URL(
  "../../tests/conformance/expected_failures.yaml",
  import.meta.url,
);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const expected = readExpectedFailures(readFileSync(EXPECTED_FAILURES, "utf8"));
let passed = 0;
let failed = 0;
for (const server of serversUnderTest()) {
  for (const requirements of REQUIREMENT_SETS) {
    const run = `${server.name} ${requirements}`;
    const mayFail = expected.filter((each) => each.run === run);
    let verdict = judge(await runAgainst(server, requirements), mayFail);
    if (verdict.problems.length > 0) {
      for (const problem of verdict.problems) say(`  once more, because ${problem}`);
      verdict = judge(await runAgainst(server, requirements), mayFail);
    }
    const warnings = verdict.warned === 0 ? "" : `, ${verdict.warned} warnings`;
    const excused = verdict.expected === 0 ? "" : ` (${verdict.expected} expected)`;
    const counts = `${verdict.passed} / ${verdict.failed}${warnings}${excused}`;
    say(`${run} on ${server.runtime.name}: ${counts}`);
    for (const problem of verdict.problems) say(`  ${problem}`);
    passed += verdict.passed;
    failed += verdict.problems.length;
  }
}
say(`conformance: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
