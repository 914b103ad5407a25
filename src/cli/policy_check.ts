// `car-mcp policy check`: what the policies say about a call, for a person or a script.

import { resolve } from "node:path";
import process from "node:process";
import { LOCAL_PRINCIPAL } from "../auth/principal.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { checkJsonBounds } from "../base/json_bounds.ts";
import type { Limits } from "../base/limits.ts";
import { loadConfig } from "../config/config.ts";
import { openHomePolicies } from "../engines.ts";
import { type PolicyReport, policyReport } from "../policy/report.ts";
import { readEnvironment } from "./_environment.ts";
import { print } from "./_print.ts";
import { onOneLine, printable } from "./_printable.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `policy check`, as given. */
export interface PolicyCheckFlags {
  readonly params?: string;
  readonly project?: string;
  readonly json?: boolean;
  readonly home?: string;
  readonly config?: string;
}

/** Checks a call and prints the answer; resolves with the exit code. */
export async function policyCheck(tool: string, flags: PolicyCheckFlags): Promise<number> {
  const config = loadConfig({
    flags: { home: flags.home, config: flags.config },
    environment: readEnvironment(),
  });
  const params = readParams(flags.params ?? "{}", config.limits);
  const policies = await openHomePolicies(config.home, {
    limits: config.limits,
    clock: SYSTEM_CLOCK,
    // The report that is printed names the fault.
    onFault: () => {},
  });
  const explanation = await policies.explain({
    tool,
    params,
    principal: LOCAL_PRINCIPAL.id,
    project: resolve(flags.project ?? process.cwd()),
  });
  const report = policyReport(tool, explanation, false);
  await print(flags.json === true ? `${JSON.stringify(report)}\n` : textOf(report));
  return report.decision === "allow" ? EXIT.done : EXIT.denied;
}

function readParams(text: string, limits: Limits): Readonly<Record<string, unknown>> {
  const params = parseJson(text);
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw new CarError("invalid_argument", "--params must be a JSON object");
  }
  const { jsonDepthMax: depthMax, jsonValuesMax: valuesMax } = limits;
  if (checkJsonBounds(params, { depthMax, valuesMax }) !== undefined) {
    const most = `at most ${depthMax} deep and ${valuesMax} values`;
    throw new CarError("invalid_argument", `--params is too large: ${most} are allowed`);
  }
  // Neither an array nor null: an object, whose values are looked at as such.
  return params as Readonly<Record<string, unknown>>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of the parser repeats what it was given.
    throw new CarError("invalid_argument", "--params is not JSON");
  }
}

function textOf(report: PolicyReport): string {
  const verdict = report.decision === "allow" ? "allowed" : "denied";
  const lines = [
    `${onOneLine(report.tool)}: ${verdict} (${report.basis})`,
    ...report.findings.map(({ severity, rule, reason, source }) =>
      `  ${severity} ${rule}: ${reason} (${source})`
    ),
    ...report.policy_sources.filter(({ exists }) => exists).map(({ path, rules }) =>
      `  ${rules} ${rules === 1 ? "rule" : "rules"} from ${path}`
    ),
  ];
  return printable(`${lines.join("\n")}\n`);
}
