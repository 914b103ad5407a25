// `car-mcp skills` and `verify`: what they understand. What they do is loaded when they are called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG, NAMESPACE_FLAG } from "./_flags.ts";
import type { SkillsFindFlags } from "./skills_find.ts";
import type { SkillsListFlags } from "./skills_list.ts";
import type { SkillsShowFlags } from "./skills_show.ts";
import type { VerifyFlags } from "./verify.ts";

/** Adds the commands to the program; `endWith` takes their exit code. */
export function addSkillsCommands(program: Command, endWith: EndWith): void {
  const skills = program.command("skills").description("look at the procedures that worked");
  skills.command("list").description("list them, and how they fared")
    .option("--domain <name>", "only global ones and those of this domain")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", helpOf("skills list", "skills list --domain shop.example --json"))
    .action(async (flags: SkillsListFlags) => {
      const { skillsList } = await import("./skills_list.ts");
      endWith(await skillsList(flags));
    });
  skills.command("show").description("show one with its code")
    .argument("<name>", "name of the skill")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", helpOf("skills show deploy"))
    .action(async (name: string, flags: SkillsShowFlags) => {
      const { skillsShow } = await import("./skills_show.ts");
      endWith(await skillsShow(name, flags));
    });
  skills.command("find").description("find those that suit a task")
    .argument("<task>", "what is to be done, in words")
    .option("--persona <name>", "the role it is done in")
    .option("--url <url>", "the page it is done on")
    .option("-k <count>", "how many at most, 1 to 20 (default: 3)")
    .option(...NAMESPACE_FLAG).option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", helpOf('skills find "deploy the site"'))
    .action(async (task: string, flags: SkillsFindFlags) => {
      const { skillsFind } = await import("./skills_find.ts");
      endWith(await skillsFind(task, flags));
    });
}

/** Adds `verify` to the program; `endWith` takes its exit code. */
export function addVerifyCommand(program: Command, endWith: EndWith): void {
  program.command("verify").description("check a plan of actions without running it")
    .argument("<file>", "the plan as JSON; - reads stdin")
    .option("--tool <name...>", "tools that exist; a call of another one is an error")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", VERIFY_HELP)
    .action(async (file: string, flags: VerifyFlags) => {
      const { verifyFile } = await import("./verify.ts");
      endWith(await verifyFile(file, flags));
    });
}

function helpOf(...examples: readonly string[]): string {
  return `
Examples:
${examples.map((example) => `  ${SERVER_NAME} ${example}`).join("\n")}

Exit codes: 0 done, 1 fault, 2 usage, configuration or no such skill, 4 no memory in this home,
6 database damaged or newer than this program, 8 denied by a policy.`;
}

const VERIFY_HELP = `
Says which preconditions fail, what depends on nothing, which writes race, which calls repeat. The
parameters of calls are checked by the tool verify of a server, which knows the tools.

Examples:
  ${SERVER_NAME} verify plan.json
  ${SERVER_NAME} verify - --json < plan.json

Exit codes: 0 valid, 1 fault, 2 usage, configuration or no plan, 8 not valid.`;
