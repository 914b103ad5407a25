// `car-mcp status`, `stop` and `version`: what they understand. What they do is loaded when they are
// called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG } from "./_flags.ts";
import type { StatusFlags } from "./status.ts";
import type { StopFlags } from "./stop.ts";
import type { VersionFlags } from "./version.ts";

/** Adds the commands to the program; `endWith` takes their exit code. */
export function addDaemonCommands(program: Command, endWith: EndWith): void {
  program.command("status").description("say whether a daemon serves this home, and what it holds")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", STATUS_HELP)
    .action(async (flags: StatusFlags) => {
      const { status } = await import("./status.ts");
      endWith(await status(flags));
    });
  program.command("stop").description("end the daemon of this home, after its running calls")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", STOP_HELP)
    .action(async (flags: StopFlags) => {
      const { stop } = await import("./stop.ts");
      endWith(await stop(flags));
    });
  program.command("version").description("print the version, the runtime and the system")
    .option(...JSON_FLAG).addHelpText("after", VERSION_HELP)
    .action(async (flags: VersionFlags) => {
      const { version } = await import("./version.ts");
      endWith(await version(flags));
    });
}

const STATUS_HELP = `
Examples:
  ${SERVER_NAME} status
  ${SERVER_NAME} status --json

Exit codes: 0 a daemon is up, 1 fault, 2 usage or configuration, 7 no daemon.`;

const STOP_HELP = `
Ends only a process that proves to be the daemon of this home. It is gone when this returns.

Examples:
  ${SERVER_NAME} stop
  ${SERVER_NAME} stop --home /srv/car

Exit codes: 0 stopped, 1 it does not end, 2 usage or configuration, 7 no daemon.`;

const VERSION_HELP = `
Examples:
  ${SERVER_NAME} version
  ${SERVER_NAME} version --json

Exit codes: 0 done, 1 fault, 2 usage.`;
