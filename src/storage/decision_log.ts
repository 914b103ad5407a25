// `decisions.jsonl`: what the policies decided about calls, one line each, for whoever has to know later. A
// call never waits for the log nor fails with it.

import type { DecisionEntry, DecisionLog } from "../policy/decision_log.ts";
import { type LineFileOptions, openLineFile } from "./line_file.ts";

/** The log of a home. */
export interface FileDecisionLog extends DecisionLog {
  /** Writes what waits; safe to call twice. */
  close(): Promise<void>;
}

/** Opens the log; the file itself is made with the first line. */
export function openDecisionLog(options: LineFileOptions): FileDecisionLog {
  const file = openLineFile(options);
  return { note: (entry) => file.add(lineOf(entry)), close: () => file.close() };
}

function lineOf({ atMs, principal, tool, decision, rules }: DecisionEntry): string {
  const time = new Date(atMs).toISOString();
  return JSON.stringify({ time, principal, tool, decision, rules });
}
