// Holds what the suite found against what may fail: a failure that is not expected is one, and so is
// an expectation that is not met any more.

import type { ExpectedFailure } from "./_expected_failures.ts";
import type { Check, Scenario } from "./_suite.ts";

/** What came of one run of the suite. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
  /** How many of the failures and warnings were expected. */
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
  const having = (status: string) => checks.filter(({ check }) => check.status === status);
  // The suite warns of what a server SHOULD do; here that is to be done or to be excused.
  const failed = having("FAILURE");
  const warned = having("WARNING");
  const met = new Set<ExpectedFailure>();
  const problems: string[] = [];
  for (const { scenario, check } of [...failed, ...warned]) {
    const entry = expected.find((each) => covers(each, scenario, check));
    if (entry === undefined) problems.push(words(scenario, check));
    else met.add(entry);
  }
  const unexpected = problems.length;
  for (const entry of expected) {
    if (!met.has(entry)) problems.push(`${nameOf(entry)} is expected to fail and does not`);
  }
  return {
    passed: having("SUCCESS").length,
    failed: failed.length,
    warned: warned.length,
    expected: failed.length + warned.length - unexpected,
    problems,
  };
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
