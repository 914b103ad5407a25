// `car-mcp upstream test`: starts a mounted server once, to see whether it works.

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { createLog } from "../observe/log.ts";
import { tryUpstream } from "../upstream_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, plainText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `upstream test`, as given. */
export interface UpstreamTestFlags extends HomeFlags {
  readonly json?: boolean;
}

const ERROR_LINES_MAX = 20;

/** Tries a server and prints how it went; resolves with the exit code. */
export async function upstreamTest(name: string, flags: UpstreamTestFlags): Promise<number> {
  const config = commandConfig(flags);
  const errors: string[] = [];
  const { status, tools } = await tryUpstream(name, {
    config,
    clock: SYSTEM_CLOCK,
    log: createLog({ level: "error", format: "json", clock: SYSTEM_CLOCK, write: () => {} }),
    onErrorLine: (line) => {
      if (errors.push(line) > ERROR_LINES_MAX) errors.shift();
    },
  });
  const isReady = status.state === "ready";
  if (flags.json === true) {
    await print(`${JSON.stringify({ ...status, tools, errors: isReady ? [] : errors })}\n`);
  } else if (isReady) {
    const held = status.held.length === 0 ? "" : `, ${status.held.length} held back`;
    await print(`${name} works (${status.era}): ${countText(tools.length, "tool")}${held}\n`);
    await print(tools.map((tool) => `  ${tool}\n`).join(""));
  } else {
    await print(`${name} does not work: ${plainText(status.fault ?? status.state)}\n`);
    await print(errors.map((line) => `  ${plainText(line)}\n`).join(""));
  }
  return isReady ? EXIT.done : EXIT.denied;
}
