// `car-mcp upstream`: what it understands. What it does is loaded when it is called.

import type { Command } from "commander";
import { SERVER_NAME } from "../base/version.ts";
import type { HomeFlags } from "./_command_config.ts";
import { CONFIG_FLAG, type EndWith, HOME_FLAG, JSON_FLAG } from "./_flags.ts";
import type { UpstreamAddFlags } from "./upstream_add.ts";
import type { UpstreamApproveFlags } from "./upstream_approve.ts";
import type { UpstreamImportFlags } from "./upstream_import.ts";
import type { UpstreamListFlags } from "./upstream_list.ts";
import type { UpstreamLogsFlags } from "./upstream_logs.ts";
import type { UpstreamTestFlags } from "./upstream_test.ts";

/** Adds the commands to the program; `endWith` takes their exit code. */
export function addUpstreamCommand(program: Command, endWith: EndWith): void {
  const upstream = program.command("upstream").description(
    "mount other MCP servers behind this one; a daemon takes it up a second later",
  );
  addFiles(upstream, endWith);
  addCare(upstream, endWith);
}

function addFiles(upstream: Command, endWith: EndWith): void {
  upstream.command("add").description("mount a server").argument(
    "<name>",
    "up to 32 of a-z, 0-9, -",
  )
    .argument("[command...]", "the command that starts it, behind --")
    .option("--url <url>", "where it is, in place of a command")
    .option("--env <name=value>", "a variable for it, again for each", gather, [])
    .option("--header <name=value>", "a header of its requests, again for each", gather, [])
    .option("--cwd <folder>", "the folder it works in, absolute")
    .option("--tools <names>", "offer only these, with commas and * for anything")
    .option("--no-pin", "take changed tools without approval")
    .option("--replace", "write over the file that is there")
    .option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText("after", ADD_HELP)
    .action(async (name: string, command: readonly string[], flags: UpstreamAddFlags) => {
      const { upstreamAdd } = await import("./upstream_add.ts");
      endWith(await upstreamAdd(name, command, flags));
    });
  upstream.command("remove").description("mount a server no longer, and forget what is known of it")
    .argument("<name>", "its name").option(...HOME_FLAG).option(...CONFIG_FLAG)
    .action(async (name: string, flags: HomeFlags) => {
      const { upstreamRemove } = await import("./upstream_remove.ts");
      endWith(await upstreamRemove(name, flags));
    });
  upstream.command("import").description("mount the servers that other clients have configured")
    .option(
      "--from <file>",
      "this file in place of those of known clients, again for each",
      gather,
      [],
    )
    .option("--dry-run", "say what would be mounted, and write nothing")
    .option("--replace", "write over files that are there")
    .option(...HOME_FLAG).option(...CONFIG_FLAG).addHelpText("after", IMPORT_HELP)
    .action(async (flags: UpstreamImportFlags) => {
      const { upstreamImport } = await import("./upstream_import.ts");
      endWith(await upstreamImport(flags));
    });
}

function addCare(upstream: Command, endWith: EndWith): void {
  upstream.command("list").description("say which servers are mounted, and how they are")
    .option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .action(async (flags: UpstreamListFlags) => {
      const { upstreamList } = await import("./upstream_list.ts");
      endWith(await upstreamList(flags));
    });
  upstream.command("test").description("start a server once, list its tools and end it")
    .argument("<name>", "its name").option(...JSON_FLAG).option(...HOME_FLAG).option(...CONFIG_FLAG)
    .action(async (name: string, flags: UpstreamTestFlags) => {
      const { upstreamTest } = await import("./upstream_test.ts");
      endWith(await upstreamTest(name, flags));
    });
  upstream.command("logs").description("print what a server wrote to stderr")
    .argument("<name>", "its name").option("--lines <count>", "the last so many (default: 100)")
    .option(...HOME_FLAG).option(...CONFIG_FLAG)
    .action(async (name: string, flags: UpstreamLogsFlags) => {
      const { upstreamLogs } = await import("./upstream_logs.ts");
      endWith(await upstreamLogs(name, flags));
    });
  upstream.command("approve").description("take tools whose definition has changed as they are now")
    .argument("<name>", "the server").option("--show", "only say what is held back")
    .option(...HOME_FLAG).option(...CONFIG_FLAG)
    .action(async (name: string, flags: UpstreamApproveFlags) => {
      const { upstreamApprove } = await import("./upstream_approve.ts");
      endWith(await upstreamApprove(name, flags));
    });
}

function gather(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

const ADD_HELP = `
A value may name a secret in place of holding it: \${env:NAME} is a variable of the daemon,
\${file:/path} a file with mode 600.

Examples:
  ${SERVER_NAME} upstream add files -- npx -y @modelcontextprotocol/server-filesystem ~/notes
  ${SERVER_NAME} upstream add web --url https://mcp.example.com/mcp --header 'Authorization=Bearer \${env:TOKEN}'`;

const IMPORT_HELP = `
Known are Claude Code, Claude Desktop, Cursor, VS Code, Windsurf, Codex and Gemini CLI, for the user
and for the current folder. Their files are read and not changed: once it works, remove the servers
there, so that they are not started twice.`;
