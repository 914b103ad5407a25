// A daemon of another version than the bridge that finds it. An older one that a bridge once started,
// and that nobody uses now, makes way for the newer program; any other stays, because a person started
// it or clients are connected to it.

import { WAITING_CLOCK } from "../base/clock.ts";
import { VERSION } from "../base/version.ts";
import { readDaemonLoad, STARTED_BY_BRIDGE, stopDaemon, type UpDaemon } from "../find_daemon.ts";

// It has nothing to finish.
const STOP_MS = 10_000;

/** Whether a daemon is at least as new as this program. */
export function isUsable({ version }: Pick<UpDaemon["info"], "version">): boolean {
  return compareVersions(version, VERSION) >= 0;
}

/** Ends an older daemon that nobody started on purpose and nobody uses; false if it stays. */
export async function makeWay(home: string, daemon: UpDaemon): Promise<boolean> {
  if (daemon.info.startedBy !== STARTED_BY_BRIDGE) return false;
  const load = await readDaemonLoad(daemon, WAITING_CLOCK);
  if (load === undefined || load.sessions + load.streams > 0) return false;
  try {
    await stopDaemon({ home, clock: WAITING_CLOCK, waitMs: STOP_MS });
    return true;
  } catch {
    // It ended by itself, or does not end: whoever starts one next finds out which.
    return false;
  }
}

/** Numbers between dots, one after the other; what follows a dash does not count. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) =>
    (version.split("-")[0] ?? "").split(".").map((part) => Number.parseInt(part, 10) || 0)
  );
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
