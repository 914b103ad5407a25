// `car-mcp policy`: what it understands. What it does is loaded when it is called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG } from "./_flags.ts";
import type { PolicyCheckFlags } from "./policy_check.ts";

/** Adds the command to the program; `endWith` takes its exit code. */
export function addPolicyCommand(program: Command, endWith: EndWith): void {
  const policy = program.command("policy").description("look at the policies that gate calls");
  policy
    .command("check")
    .description("say whether the policies would allow a call, without making it")
    .argument("<tool>", "name of the tool")
    .option("--params <json>", "arguments of the call, a JSON object (default: {})")
    .option("--project <dir>", "folder the call is made in (default: the current one)")
    .option(...JSON_FLAG)
    .option(...HOME_FLAG)
    .option(...CONFIG_FLAG)
    .addHelpText("after", CHECK_HELP)
    .action(async (tool: string, flags: PolicyCheckFlags) => {
      const { policyCheck } = await import("./policy_check.ts");
      endWith(await policyCheck(tool, flags));
    });
}

const CHECK_HELP = `
Reads the files as they are now, no daemon is asked: a rate counts as unused, and what needs the
approval of a person is denied, because nobody can be asked here.

Examples:
  ${SERVER_NAME} policy check shell --params '{"cmd":"rm -rf build"}'
  ${SERVER_NAME} policy check memory_delete --project ~/work/site --json

Exit codes: 0 allowed, 8 denied, 1 fault, 2 usage or configuration.`;
