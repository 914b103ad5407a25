// `car-mcp connect`: what it understands. What it does is loaded when it is called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG } from "./_flags.ts";
import type { ConnectFlags } from "./connect.ts";

/** Adds the command to the program; `endWith` takes its exit code. */
export function addConnectCommand(program: Command, endWith: EndWith): void {
  program.command("connect").description("make this server known to a client")
    .argument(
      "[client]",
      "claude-code, claude-desktop, cursor, vscode, codex, gemini, zed or windsurf",
    )
    .option("--print", "print what belongs into its file, and change nothing")
    .option("--http", "by the URL of the daemon instead of a command")
    .option("--scope <scope>", "user, or project: in the project's files, with a memory of its own")
    .option("--project <dir>", "a folder of the project (default: the current one)")
    .option("--remove", "take it away again")
    .option("--all", "with --remove: from every client")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .addHelpText("after", CONNECT_HELP)
    .action(async (client: string | undefined, flags: ConnectFlags) => {
      const { connect } = await import("./connect.ts");
      endWith(await connect(client, flags));
    });
}

const CONNECT_HELP = `
Changes nothing else in the file, comments included, and leaves a copy of what it was beside it,
ending in .before-car-mcp. Running it again changes nothing.

Examples:
  ${SERVER_NAME} connect claude-code
  ${SERVER_NAME} connect vscode --scope project
  ${SERVER_NAME} connect codex --print
  ${SERVER_NAME} connect --remove --all

Exit codes: 0 done, 1 fault, 2 usage, configuration, or a file that is not what the client writes.`;
