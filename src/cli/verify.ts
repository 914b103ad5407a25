// `car-mcp verify`: checks a plan of actions in a file without running it.

import { readFileSync, statSync } from "node:fs";
import { CarError, messageOf } from "../base/errors.ts";
import { checkJsonBounds } from "../base/json_bounds.ts";
import type { Limits } from "../base/limits.ts";
import { ActionProposalSchema, type ParsedProposal } from "../proposal/action_proposal.ts";
import { verify } from "../proposal/verify.ts";
import type { VerifyReport } from "../proposal/verify_report.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, print } from "./_print.ts";
import { readStdin } from "./_stdin_text.ts";
import { printable } from "./_printable.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `verify`, as given. */
export interface VerifyFlags extends HomeFlags {
  readonly tool?: readonly string[];
  readonly json?: boolean;
}

const STDIN = "-";

/** Checks the plan and prints the report; resolves with the exit code. */
export async function verifyFile(path: string, flags: VerifyFlags): Promise<number> {
  const { limits } = commandConfig(flags);
  const text = path === STDIN
    ? await readStdin(limits.proposalBytesMax)
    : readPlan(path, limits.proposalBytesMax);
  const report = verify(proposalIn(text, limits), {
    actionsMax: limits.proposalActionsMax,
    ...(flags.tool !== undefined && { tools: [...flags.tool] }),
  });
  await print(flags.json === true ? `${JSON.stringify(report)}\n` : textOf(report));
  return report.valid ? EXIT.done : EXIT.denied;
}

function readPlan(path: string, bytesMax: number): string {
  try {
    const { size } = statSync(path);
    if (size > bytesMax) throw new Error(`it has ${size} bytes; allowed are ${bytesMax}`);
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const message = `Cannot read the plan "${path}": ${messageOf(thrown)}`;
    throw new CarError("invalid_argument", message, { cause: thrown });
  }
}

function proposalIn(text: string, limits: Limits): ParsedProposal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of the parser repeats what it was given.
    throw new CarError("invalid_argument", "The plan is not JSON");
  }
  const { jsonDepthMax: depthMax, jsonValuesMax: valuesMax } = limits;
  if (checkJsonBounds(value, { depthMax, valuesMax }) !== undefined) {
    const most = `at most ${depthMax} deep and ${valuesMax} values`;
    throw new CarError("invalid_argument", `The plan is too large: ${most} are allowed`);
  }
  const parsed = ActionProposalSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path = [], message = "" } = parsed.error.issues[0] ?? {};
  const where = path.length === 0 ? "The plan" : `"${path.join(".")}" of the plan`;
  throw new CarError("invalid_argument", `${where}: ${message}`);
}

function textOf({ valid, issues, execution_levels: levels }: VerifyReport): string {
  const lines = [
    valid ? "The plan is valid" : "The plan is not valid",
    ...issues.map(({ severity, action_id, message }) =>
      `  ${severity}${action_id === null ? "" : ` in ${action_id}`}: ${message}`
    ),
    `  ${countText(levels.length, "step")}: ${
      levels.map((ids) => ids.join(" + ")).join(", then ")
    }`,
  ];
  return printable(`${lines.join("\n")}\n`);
}
