// What a fake mounted server does.

/** What the child does; everything is left out that a polite legacy server does. */
export interface FakeChildPlan {
  readonly era?: "legacy" | "modern";
  /** What a legacy child does at `server/discover`. */
  readonly probe?: "refuse" | "silent" | "exit";
  /** Its tools: names of abilities, or whole definitions. */
  readonly tools?: readonly (string | Record<string, unknown>)[];
  readonly pageSize?: number;
  readonly prompts?: readonly Record<string, unknown>[];
  readonly resources?: readonly Record<string, unknown>[];
  /** It tells of changes of its resources; or refuses to, although it says that it does. */
  readonly subscriptions?: "taken" | "refused";
  readonly templates?: readonly Record<string, unknown>[];
  /** The revision it greets with, in place of the one it is asked for. */
  readonly revision?: string;
  readonly ignoresTerm?: boolean;
  readonly exitsAtOnce?: boolean;
  /** What it writes to stderr first. */
  readonly says?: string;
}
