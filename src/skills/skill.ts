// What a skill is: a procedure that an agent learned, with what tells when it applies and how it has
// fared. A skill is named within its namespace; storing the name again makes the next version, which
// starts with a clean record. Text is well-formed and free of NUL; names are trimmed and in NFC.

/**
 * `active`; `degraded`: failures outnumber successes by more than two, and it is not suggested until
 * successes catch up; `deprecated`: another skill took its place.
 */
export type SkillStatus = "active" | "degraded" | "deprecated";

/** A skill as a caller gives it. An optional text that is blank counts as absent. */
export interface NewSkill {
  readonly name: string;
  readonly code: string;
  readonly platform?: string;
  readonly persona?: string;
  /** Part of a URL; `*` stands for any text. */
  readonly urlPattern?: string;
  readonly description?: string;
  readonly taskKeywords?: readonly string[];
  /** Name of the skill that this one replaces. */
  readonly supersedes?: string;
  /** Absent: global. */
  readonly domain?: string;
}

/** A skill without its code: the newest version of its name. */
export interface SkillView {
  readonly name: string;
  readonly description?: string;
  readonly platform?: string;
  readonly persona?: string;
  readonly urlPattern?: string;
  readonly taskKeywords: readonly string[];
  readonly domain?: string;
  readonly status: SkillStatus;
  /** 1 for the first. */
  readonly version: number;
  /** Reported successes of this version. */
  readonly successCount: number;
  /** Reported failures of this version. */
  readonly failCount: number;
}

/** What became of a skill that was given. */
export interface IngestedSkill {
  readonly name: string;
  readonly version: number;
  /** The skill that was named in `supersedes`, now deprecated. */
  readonly superseded?: string;
}

/** A task in search of skills. */
export interface SkillQuery {
  readonly task: string;
  readonly persona?: string;
  readonly url?: string;
  /** At most this many hits; 1 to 20. */
  readonly k: number;
}

/** A skill that suits a task. */
export interface FoundSkill {
  readonly skill: SkillView & { readonly code: string };
  /** 0 to 1, four decimals; see `match_score.ts`. */
  readonly score: number;
  /** What the score is made of, in a few words. */
  readonly why: string;
}

/** How a skill went. */
export interface SkillOutcome {
  readonly name: string;
  readonly outcome: "success" | "failure";
  /** What to remember about it; the last one is kept. */
  readonly note?: string;
}

/** The record of a skill after a report. */
export interface ReportedSkill {
  readonly name: string;
  readonly successCount: number;
  readonly failCount: number;
  readonly status: SkillStatus;
}

/** Names of skills that begin alike. */
export interface SkillNames {
  /** In order. */
  readonly values: readonly string[];
  /** How many there are. */
  readonly total: number;
  readonly hasMore: boolean;
}

/** Failures beyond the successes that a skill may have before it is degraded. */
const EXCESS_FAILURES_MAX = 2;

/**
 * The status of the newest version of a name. Degraded when failures > successes + 2; a later
 * success can bring the skill back. What was replaced stays deprecated, however it fares.
 */
export function statusOf(
  skill: { readonly state: string; readonly successCount: number; readonly failCount: number },
): SkillStatus {
  if (skill.state !== "current") return "deprecated";
  const isFailing = skill.failCount > skill.successCount + EXCESS_FAILURES_MAX;
  return isFailing ? "degraded" : "active";
}
