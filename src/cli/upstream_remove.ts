// `car-mcp upstream remove`: removes the file of a mounted server, and what is known of it.

import { removeUpstream } from "../upstream_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** Removes a server; resolves with the exit code. */
export async function upstreamRemove(name: string, flags: HomeFlags): Promise<number> {
  removeUpstream(commandConfig(flags), name);
  await print(`${name} is removed\n`);
  return EXIT.done;
}
