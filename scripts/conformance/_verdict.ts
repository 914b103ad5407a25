// Holds what the suite found against what may fail: a failure that is not expected is one, and so is
// an expectation that is not met any more.

import type { ExpectedFailure } from "./_expected_failures.ts";
import type { Check, Scenario } from "./_suite.ts";

/** What came of one run of the suite. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  /** How many of the failed ones were expected. */
  readonly expected: number;
  /** What has to be changed, in words; none: the run is as it should be. */
  readonly problems: readonly string[];
}

/** Judges a run by the expected failures that concern it. */
export function judge(
  scenarios: readonly Scenario[],
  expected: readonly ExpectedFailure[],
): Verdict {
  const checks = scenarios.flatMap(({ name, checks }) =>
    checks.map((check) => ({ scenario: name, check }))
  );
  const failures = checks.filter(({ check }) => hasFailed(check));
  const met = new Set<ExpectedFailure>();
  const problems: string[] = [];
  for (const { scenario, check } of failures) {
    const entry = expected.find((each) => covers(each, scenario, check));
    if (entry === undefined) problems.push(words(scenario, check));
    else met.add(entry);
  }
  const unexpected = problems.length;
  for (const entry of expected) {
    if (!met.has(entry)) problems.push(`${nameOf(entry)} is expected to fail and does not`);
  }
  return {
    passed: checks.filter(({ check }) => check.status === "SUCCESS").length,
    failed: failures.length,
    expected: failures.length - unexpected,
    problems,
  };
}

// The suite warns of what a server SHOULD do; here that is to be done or to be excused.
function hasFailed({ status }: Check): boolean {
  return status === "FAILURE" || status === "WARNING";
}

function covers(entry: ExpectedFailure, scenario: string, { id }: Check): boolean {
  return entry.scenario === scenario && (entry.check === undefined || entry.check === id);
}

function nameOf({ scenario, check }: ExpectedFailure): string {
  return check === undefined ? scenario : `${scenario}:${check}`;
}

function words(scenario: string, { id, status, errorMessage = "" }: Check): string {
  return `${scenario}:${id} ${status === "WARNING" ? "warns" : "fails"}: ${errorMessage}`;
}
