// `car-mcp upstream approve`: a person has looked at what tools say of themselves now.

import { approveUpstream, listUpstreams } from "../upstream_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, plainText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `upstream approve`, as given. */
export interface UpstreamApproveFlags extends HomeFlags {
  readonly show?: boolean;
}

/** Approves, and prints what; resolves with the exit code. */
export async function upstreamApprove(name: string, flags: UpstreamApproveFlags): Promise<number> {
  const config = commandConfig(flags);
  const held = flags.show === true
    ? listUpstreams(config).find((listed) => listed.name === name)?.held ?? []
    : approveUpstream(config, name);
  for (const tool of held) {
    await print(`${plainText(tool.name)}\n  ${plainText(tool.description)}\n`);
  }
  const what = flags.show === true ? "held back" : "approved";
  await print(`${countText(held.length, "tool")} ${what}\n`);
  return EXIT.done;
}
