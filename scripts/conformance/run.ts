// Runs the official conformance suite against the fixture server, under each runtime, and against the
// product, for both requirement sets. Prints `passed / failed` for each run; ends with 1 when anything
// failed that `tests/conformance/expected_failures.yaml` does not excuse, or when it excuses too much.

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
    const scenarios = await runAgainst(server, requirements);
    const verdict = judge(scenarios, expected.filter((each) => each.run === run));
    const excused = verdict.expected === 0 ? "" : `, ${verdict.expected} of them expected`;
    say(`${run} on ${server.runtime.name}: ${verdict.passed} / ${verdict.failed}${excused}`);
    for (const problem of verdict.problems) say(`  ${problem}`);
    passed += verdict.passed;
    failed += verdict.problems.length;
  }
}
say(`conformance: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
