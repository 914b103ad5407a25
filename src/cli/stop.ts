// `car-mcp stop`: ends the daemon of this home, and nothing else.

import { WAITING_CLOCK } from "../base/clock.ts";
import { stopDaemon } from "../find_daemon.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `stop`, as given. */
export interface StopFlags extends HomeFlags {
  readonly json?: boolean;
}

// Besides the grace that running calls have: connections are closed, indexes written.
const CLOSING_MS = 10_000;

/** Stops the daemon and waits for its end; resolves with the exit code. */
export async function stop(flags: StopFlags): Promise<number> {
  const { home, limits } = commandConfig(flags);
  const waitMs = limits.shutdownGraceMs + CLOSING_MS;
  const { pid, url } = await stopDaemon({ home, clock: WAITING_CLOCK, waitMs });
  const text = `Stopped the daemon at ${url} (process ${pid})\n`;
  await print(flags.json === true ? `${JSON.stringify({ stopped: true, pid, url })}\n` : text);
  return EXIT.done;
}
