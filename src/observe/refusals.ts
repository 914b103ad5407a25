// Reports who was not let in: each is counted, and a line says so at most once a second for each reason,
// because anybody can be refused as often as he likes.

import type { Clock } from "../base/clock.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** Where refusals are reported. */
export interface RefusalReporterOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

const LINE_MS = 1_000;

/** Takes reasons, which are names of ours. */
export function refusalReporter(
  { log, clock, metrics }: RefusalReporterOptions,
): (reason: string) => void {
  const saidMs = new Map<string, number>();
  return (reason) => {
    metrics.refused(reason);
    const nowMs = clock.monotonicMs();
    if (nowMs - (saidMs.get(reason) ?? -Infinity) < LINE_MS) return;
    saidMs.set(reason, nowMs);
    log.warn("not_let_in", { reason });
  };
}
