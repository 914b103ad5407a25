// `car-mcp upstream list`: which servers are mounted, and how the daemon says they are.

import { type ListedUpstream, listUpstreams } from "../upstream_care.ts";
import { WAITING_CLOCK } from "../base/clock.ts";
import type { Config } from "../config/config.ts";
import { findDaemon } from "../find_daemon.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, plainText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `upstream list`, as given. */
export interface UpstreamListFlags extends HomeFlags {
  readonly json?: boolean;
}

/** What the health report says of a server. */
interface Running {
  readonly name: string;
  readonly state: string;
  readonly era?: string;
  readonly tools?: number;
  readonly restarts?: number;
  readonly fault?: string;
}

/** Prints the servers; resolves with the exit code. */
export async function upstreamList(flags: UpstreamListFlags): Promise<number> {
  const config = commandConfig(flags);
  const running = await runningServers(config);
  const listed = listUpstreams(config);
  if (flags.json === true) {
    const report = listed.map(({ name, file, held }) => ({
      name,
      ...("complaint" in file ? file : { enabled: file.isEnabled, target: file.target.kind }),
      held: held.map((tool) => tool.name),
      running: running?.find((one) => one.name === name),
    }));
    await print(`${JSON.stringify(report)}\n`);
    return EXIT.done;
  }
  for (const one of listed) {
    await print(`${one.name}: ${stateOf(one, running)}\n`);
    if (one.held.length > 0) {
      const names = one.held.map((tool) => plainText(tool.name)).join(", ");
      await print(`  held back: ${names}; see upstream approve ${one.name} --show\n`);
    }
  }
  if (listed.length === 0) await print("no server is mounted\n");
  return EXIT.done;
}

function stateOf({ name, file }: ListedUpstream, running: readonly Running[] | undefined): string {
  if ("complaint" in file) return plainText(file.complaint);
  if (!file.isEnabled) return "switched off";
  if (running === undefined) return "no daemon runs";
  const found = running.find((one) => one.name === name);
  if (found === undefined) return "not mounted yet";
  const { state, era = "", tools = 0, restarts = 0, fault } = found;
  const again = restarts === 0 ? "" : `, ${countText(restarts, "restart")}`;
  if (state === "ready") return `ready (${era}), ${countText(tools, "tool")}${again}`;
  return `${state}${again}${fault === undefined ? "" : `: ${plainText(fault)}`}`;
}

/** Undefined: no daemon answers. */
async function runningServers(config: Config): Promise<readonly Running[] | undefined> {
  const found = await findDaemon({ home: config.home, clock: WAITING_CLOCK });
  if (found.kind !== "up") return undefined;
  try {
    const { info: { url }, headers } = found;
    const response = await fetch(`${url}/health`, { headers, redirect: "error" });
    const { upstreams } = await response.json();
    return Array.isArray(upstreams) ? upstreams : [];
  } catch {
    // The file of a daemon that was killed, or one that does not answer: none that could be asked.
    return undefined;
  }
}
