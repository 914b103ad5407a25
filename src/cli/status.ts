// `car-mcp status`: whether a daemon serves this home, and how much it has to do.

import { WAITING_CLOCK } from "../base/clock.ts";
import { findDaemon, readDaemonLoad, type UpDaemon } from "../find_daemon.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { countText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `status`, as given. */
export interface StatusFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Prints how the daemon is; resolves with the exit code. */
export async function status(flags: StatusFlags): Promise<number> {
  const { home } = commandConfig(flags);
  const found = await findDaemon({ home, clock: WAITING_CLOCK });
  const report = found.kind === "up" ? await reportOf(home, found) : {
    is_up: false as const,
    home,
    ...(found.kind === "gone" && { complaint: found.complaint }),
  };
  await print(flags.json === true ? `${JSON.stringify(report)}\n` : textOf(report));
  return report.is_up ? EXIT.done : EXIT.noDaemon;
}

async function reportOf(home: string, found: UpDaemon) {
  const { info, health } = found;
  const { url, pid, version, started, startedBy } = info;
  const load = await readDaemonLoad(found, WAITING_CLOCK);
  const daemon = { url, pid, version, started, started_by: startedBy };
  return { is_up: true as const, home, ...daemon, ...load, upstreams: health.upstreams };
}

type Report =
  | Awaited<ReturnType<typeof reportOf>>
  | { readonly is_up: false; readonly home: string; readonly complaint?: string };

function textOf(report: Report): string {
  if (!report.is_up) {
    const why = report.complaint === undefined ? "" : `: ${report.complaint}`;
    return `No daemon serves ${report.home}${why}\n`;
  }
  const { url, pid, version, started, started_by, upstreams } = report;
  const lines = [
    `${url} is up`,
    `  home     ${report.home}`,
    `  process  ${pid}, version ${version}, since ${started}, started by ${started_by}`,
    ...loadLines(report),
    ...upstreams.map(({ name, state }) => `  mounted  ${name}: ${state}`),
  ];
  return `${lines.join("\n")}\n`;
}

function loadLines({ sessions, streams, facts }: Partial<Record<string, unknown>>): string[] {
  if (typeof facts !== "number") return [];
  const counts = [
    countText(Number(sessions), "session"),
    countText(Number(streams), "stream"),
    countText(facts, "fact"),
  ];
  return [`  holds    ${counts.join(", ")}`];
}
