// Every command of the program with its flags and its help. What a command does is imported when it is
// run, so that each starts with what it needs.

import process from "node:process";
import { Command, CommanderError, Option } from "commander";
import { SERVER_NAME, VERSION } from "../base/version.ts";
import { addCareCommands } from "./_care_commands.ts";
import { addConnectCommand } from "./_connect_command.ts";
import { addDaemonCommands } from "./_daemon_commands.ts";
import { addMemoryCommand } from "./_memory_command.ts";
import { addPolicyCommand } from "./_policy_command.ts";
import { addSkillsCommands, addVerifyCommand } from "./_skills_commands.ts";
import { addTokenCommand } from "./_token_command.ts";
import { addUpstreamCommand } from "./_upstream_command.ts";
import { EXIT } from "./exit_codes.ts";
import { addStdioCommand } from "./_stdio_command.ts";
import { emphasized, screenHere } from "./_table.ts";
import { wrappedText } from "./_wrapped_text.ts";
import type { ServeFlags } from "./serve.ts";

/** Finds the command of a command line and runs it; resolves with its exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = createProgram((code) => void (exitCode = code));
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (thrown) {
    // The sentence about it was written already, or it was asked for help.
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

function createProgram(endWith: (exitCode: number) => void): Command {
  const screen = screenHere();
  const program = new Command(SERVER_NAME)
    .description("One memory and one set of tools for every AI agent on this machine")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureHelp({ styleTitle: (title) => emphasized(title, screen) })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error:/, `${SERVER_NAME}:`)),
      getOutHasColors: () => screen.hasColours,
      writeOut(text) {
        process.stdout.write(screen.isTerminal ? wrappedText(text, screen.columns) : text);
      },
    })
    .showHelpAfterError(`(${SERVER_NAME} --help lists the commands)`);
  program
    .command("serve")
    .description("serve MCP clients over Streamable HTTP until interrupted")
    .option("--bind <host:port>", "where to listen; port 0 lets the system pick", undefined)
    .option("--home <folder>", "where everything is kept, absolute (default: ~/.car)")
    .option("--tls-cert <file>", "speak TLS with this certificate (PEM, with its intermediates)")
    .option("--tls-key <file>", "and its key (PEM), for your eyes alone")
    .option("--compat <profile>", "car: speak like the CAR 0.8 daemon where it differs")
    .option("--allow-unauthenticated", "serve strangers who reach it without asking who they are")
    .option("--log-level <level>", "debug, info, warn or error")
    .option("--config <file>", "configuration file (default: config.toml in the home)")
    .addOption(new Option("--started-by <name>").hideHelp())
    .addOption(new Option("--idle-exit-ms <ms>").hideHelp())
    .addHelpText("after", SERVE_HELP)
    .action(async (options: ServeFlags) => {
      const { serve } = await import("./serve.ts");
      endWith(await serve(options));
    });
  addStdioCommand(program, endWith);
  addConnectCommand(program, endWith);
  addDaemonCommands(program, endWith);
  addCareCommands(program, endWith);
  addMemoryCommand(program, endWith);
  addSkillsCommands(program, endWith);
  addVerifyCommand(program, endWith);
  addPolicyCommand(program, endWith);
  addUpstreamCommand(program, endWith);
  addTokenCommand(program, endWith);
  return program;
}

const SERVE_HELP = `
The first line on stdout is the URL of the endpoint; everything else goes to stderr.

Examples:
  ${SERVER_NAME} serve
  ${SERVER_NAME} serve --bind 127.0.0.1:0 --home /tmp/car --log-level debug

Exit codes: 0 done, 1 fault, 2 usage or configuration, 3 address in use, 4 home not usable,
5 another daemon serves this home, 6 database damaged or newer than this program.`;
