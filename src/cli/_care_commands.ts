// `car-mcp doctor`, `logs`, `audit`, `config` and `completions`: what they understand. What they do is loaded when
// they are called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG } from "./_flags.ts";
import type { AuditFlags } from "./audit.ts";
import type { ConfigCheckFlags } from "./config_check.ts";
import type { ConfigShowFlags } from "./config_show.ts";
import type { DoctorFlags } from "./doctor.ts";
import type { LogsFlags } from "./logs.ts";

/** Adds the commands to the program; `endWith` takes their exit code. */
export function addCareCommands(program: Command, endWith: EndWith): void {
  program.command("doctor").description("look for what keeps clients from working")
    .option("--project <dir>", "a folder of the project to look at (default: the current one)")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", DOCTOR_HELP)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import("./doctor.ts");
      endWith(await doctor(flags));
    });
  program.command("logs").description("show what a daemon that a client started has written")
    .option("-f, --follow", "go on with what is written from now on")
    .option("-n, --lines <count>", "how many lines of the end (default: 50)")
    .option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", LOGS_HELP)
    .action(async (flags: LogsFlags) => {
      const { logs } = await import("./logs.ts");
      endWith(await logs(flags));
    });
  addAudit(program, endWith);
  addConfig(program, endWith);
  program.command("completions").description("print a script that completes commands in a shell")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", COMPLETIONS_HELP)
    .action(async (shell: string) => {
      const { completions } = await import("./completions.ts");
      endWith(await completions(shell, program));
    });
}

function addAudit(program: Command, endWith: EndWith): void {
  program.command("audit").description("show who did what to the memory, the last of it")
    .option("--since <time>", "only from this time on, RFC 3339 or a date")
    .option("--until <time>", "only before this time")
    .option("--principal <id>", "only what this principal did")
    .option("--action <name>", "only this: added, superseded, erased, exported, …")
    .option("--id <id>", "only what was done to this fact or skill, or by it to others")
    .option("--namespace <name>", "only in this namespace (default: all)")
    .option("--limit <count>", "how many at most (default: 50)")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", AUDIT_HELP)
    .action(async (flags: AuditFlags) => {
      const { audit } = await import("./audit.ts");
      endWith(await audit(flags));
    });
}

function addConfig(program: Command, endWith: EndWith): void {
  const config = program.command("config").description("look at the configuration");
  config.command("check").description("say whether it can be read")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", configHelp("config check --config new.toml"))
    .action(async (flags: ConfigCheckFlags) => {
      const { configCheck } = await import("./config_check.ts");
      endWith(await configCheck(flags));
    });
  config.command("show").description("show each setting, and where it comes from")
    .option("--changed", "only those that are not the standard")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", configHelp("config show", "config show --changed --json"))
    .action(async (flags: ConfigShowFlags) => {
      const { configShow } = await import("./config_show.ts");
      endWith(await configShow(flags));
    });
  config.command("schema").description("print the form of config.toml as JSON Schema")
    .addHelpText("after", configHelp("config schema > car-mcp.schema.json"))
    .action(async () => {
      const { configSchema } = await import("./config_schema.ts");
      endWith(await configSchema());
    });
}

function configHelp(...examples: readonly string[]): string {
  return `
Examples:
${examples.map((example) => `  ${SERVER_NAME} ${example}`).join("\n")}

Exit codes: 0 done, 1 fault, 2 usage, or a fault of the configuration, with its key and source.`;
}

const DOCTOR_HELP = `
Looks at the configuration, the home and its rights, the memory, the policies, the daemon and its port,
and at the files of clients. Changes nothing.

Examples:
  ${SERVER_NAME} doctor
  ${SERVER_NAME} doctor --json

Exit codes: 0 nothing is in the way, 1 fault, 2 usage, 8 something is, with what to do about it.`;

const LOGS_HELP = `
A daemon that was started by serve writes to its own terminal.

Examples:
  ${SERVER_NAME} logs -n 200
  ${SERVER_NAME} logs -f

Exit codes: 0 done, 1 fault, 2 usage or configuration, 7 there is no log.`;

const AUDIT_HELP = `
On a terminal a table; elsewhere a line for each entry with tabs between time, action, principal, id,
tool or command, kind, namespace, client and detail. It never says what a fact says. An id that you
chose, and the name of a skill, stand there as a digest that begins with #; --id takes the id itself.

Examples:
  ${SERVER_NAME} audit --since 2026-01-31 --action erased
  ${SERVER_NAME} audit --id 1kgd8q5e2v0s7y3hxm --json
  ${SERVER_NAME} audit --principal ada --limit 1000 | cut -f 1,2,4

Exit codes: 0 done, 1 fault, 2 usage or configuration.`;

const COMPLETIONS_HELP = `
Examples:
  source <(${SERVER_NAME} completions bash)
  ${SERVER_NAME} completions fish > ~/.config/fish/completions/${SERVER_NAME}.fish

Exit codes: 0 done, 1 fault, 2 usage.`;
