// `car-mcp upstream add`: writes the file of a mounted server.

import { CarError } from "../base/errors.ts";
import { writeUpstream } from "../upstream_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `upstream add`, as given. */
export interface UpstreamAddFlags extends HomeFlags {
  readonly url?: string;
  readonly env: readonly string[];
  readonly header: readonly string[];
  readonly cwd?: string;
  readonly tools?: string;
  readonly pin: boolean;
  readonly replace?: boolean;
}

/** Writes the file and prints its path; resolves with the exit code. */
export async function upstreamAdd(
  name: string,
  commandLine: readonly string[],
  flags: UpstreamAddFlags,
): Promise<number> {
  const config = commandConfig(flags);
  const path = writeUpstream(config, name, {
    target: targetOf(commandLine, flags),
    tools: flags.tools?.split(",").map((tool) => tool.trim()).filter((tool) => tool !== ""),
    isPinned: flags.pin,
    replaces: flags.replace === true,
  });
  await print(`${path}\n`);
  return EXIT.done;
}

function targetOf([command, ...args]: readonly string[], flags: UpstreamAddFlags) {
  const { url, env, header, cwd } = flags;
  if ((url === undefined) === (command === undefined)) {
    throw new CarError("invalid_argument", "Give either --url or a command behind --");
  }
  if (url !== undefined) return { kind: "url" as const, url, headers: pairs(header, "--header") };
  return { kind: "command" as const, command: command ?? "", args, env: pairs(env, "--env"), cwd };
}

function pairs(texts: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new CarError("invalid_argument", `${flag} must be NAME=VALUE`);
    return [text.slice(0, at), text.slice(at + 1)];
  }));
}
