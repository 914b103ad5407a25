// verify() on a plan as a client would write it.

import { verify, type VerifyOptions } from "../../src/proposal/verify.ts";
import type { VerifyReport } from "../../src/proposal/verify_report.ts";
import { plan } from "./_plan.ts";

/** Verifies a plan given by its actions. */
export function verifyPlan(
  actions: readonly unknown[],
  options: VerifyOptions = {},
): VerifyReport {
  return verify(plan(...actions), options);
}
