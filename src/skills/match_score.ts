// How well a skill suits a task, as CAR weighs it:
// 0.4 · (0.4 · persona + 0.3 · url + 0.3 · keywords) + 0.4 · success ratio + 0.2 · activation.

const TRIGGER_WEIGHT = 0.4;
const PERSONA_WEIGHT = 0.4;
const URL_WEIGHT = 0.3;
const KEYWORDS_WEIGHT = 0.3;
const SUCCESS_WEIGHT = 0.4;
const ACTIVATION_WEIGHT = 0.2;

const UNKNOWN_SUCCESS_RATIO = 0.5; // Neither praised nor blamed before the first report.

/** What is known about a skill and a task. */
export interface MatchEvidence {
  readonly hasPersona: boolean;
  readonly hasUrl: boolean;
  /** Keywords of the skill that the task has, as they were given. */
  readonly foundKeywords: readonly string[];
  /** All keywords of the skill. */
  readonly keywords: number;
  readonly successCount: number;
  readonly failCount: number;
  /** 0 to 1: how much of the task's words the skill's name, description and keywords have. */
  readonly activation: number;
}

/**
 * True when anything at all ties the skill to the task. A good record alone is not a reason to
 * suggest a skill, so one without any tie is left out of the answer.
 */
export function isRelated(evidence: MatchEvidence): boolean {
  return evidence.hasPersona || evidence.hasUrl || evidence.foundKeywords.length > 0 ||
    evidence.activation > 0;
}

/** The score, 0 to 1, rounded to four decimals. */
export function matchScore(evidence: MatchEvidence): number {
  const { hasPersona, hasUrl, foundKeywords, keywords, activation } = evidence;
  const triggers = PERSONA_WEIGHT * Number(hasPersona) + URL_WEIGHT * Number(hasUrl) +
    KEYWORDS_WEIGHT * (keywords === 0 ? 0 : foundKeywords.length / keywords);
  const score = TRIGGER_WEIGHT * triggers + SUCCESS_WEIGHT * successRatio(evidence) +
    ACTIVATION_WEIGHT * Math.min(activation, 1);
  return Math.round(score * 10_000) / 10_000;
}

/** The score in words. */
export function explainMatch(evidence: MatchEvidence): string {
  const { successCount, failCount, foundKeywords, keywords, activation } = evidence;
  const reasons: string[] = [];
  if (evidence.hasPersona) reasons.push("persona fits");
  if (evidence.hasUrl) reasons.push("url fits");
  if (foundKeywords.length > 0) {
    reasons.push(`${foundKeywords.length} of ${keywords} keywords: ${foundKeywords.join(", ")}`);
  }
  if (activation > 0) reasons.push(`words fit ${Math.round(activation * 100)} %`);
  const runs = successCount + failCount;
  reasons.push(runs === 0 ? "not tried yet" : `${successCount} of ${runs} runs succeeded`);
  return reasons.join("; ");
}

function successRatio({ successCount, failCount }: MatchEvidence): number {
  const runs = successCount + failCount;
  return runs === 0 ? UNKNOWN_SUCCESS_RATIO : successCount / runs;
}
