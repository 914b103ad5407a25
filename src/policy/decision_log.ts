// The port to where decisions are noted.

/** One decision. It never holds an argument of the call, nor a text that a rule looks for. */
export interface DecisionEntry {
  /** When, UTC milliseconds. */
  readonly atMs: number;
  readonly principal: string;
  readonly tool: string;
  readonly decision: "allow" | "deny";
  /** Ids of the rules that denied, or that had a say in letting the call through. */
  readonly rules: readonly string[];
}

/** Notes decisions. */
export interface DecisionLog {
  /** Takes one decision; never waits and never throws. */
  note(entry: DecisionEntry): void;
}
