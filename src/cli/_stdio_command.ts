// `stdio` on the command line.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import type { StdioFlags } from "./stdio.ts";

const HELP = `
What a client starts that wants a command: joins its stdin and stdout to the daemon of the home, and
starts that where none runs. stdout carries messages only.

Examples:
  ${SERVER_NAME} stdio
  ${SERVER_NAME} stdio --namespace auto          a memory for each project
  ${SERVER_NAME} stdio --embedded                serve in this process, beside a daemon or without
  ${SERVER_NAME} stdio --url https://car.example/mcp --token-env CAR_TOKEN

Exit codes: 0 the input ended, 1 fault, 2 usage, 4 home not usable, 6 database damaged or newer.`;

/** Adds the command; `endWith` takes its exit code. */
export function addStdioCommand(program: Command, endWith: (exitCode: number) => void): void {
  program
    .command("stdio")
    .description("serve the client at stdin and stdout")
    .option("--home <folder>", "where everything is kept, absolute (default: ~/.car)")
    .option("--no-start", "fail where no daemon runs, instead of starting one")
    .option("--embedded", "serve in this process, without a daemon")
    .option("--url <address>", "the endpoint of another server")
    .option("--token-env <name>", "the variable that holds the token for it")
    .option("--namespace <name>", "where facts are kept; auto: by the project of this folder")
    .addHelpText("after", HELP)
    .action(async (flags: StdioFlags) => {
      const { stdio } = await import("./stdio.ts");
      endWith(await stdio(flags));
    });
}
