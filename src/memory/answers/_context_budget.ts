// How many tokens a context may take, and how they are shared among its parts. What a query is about
// moves the shares: who asks for a repair wants to see what was done before, who asks for a number
// wants to see all facts.

/** What kind of answer a query calls for. */
export type QueryClass = "repair" | "constraint check" | "temporal" | "aggregation" | "simple";

/** Parts of the budget, 0 to 1. Constraints have none: they are never cut by it. */
export interface Shares {
  /** Identity, and after it open questions. */
  readonly frame: number;
  readonly facts: number;
  readonly skills: number;
  readonly environment: number;
}

/** What a context may take when nobody says. */
export const TOKENS_STANDARD = 8_000;
// Of a model's window, what its answer needs is left out, and of the rest more than half belongs to
// the conversation.
const ANSWER_TOKENS = 4_096;
const WINDOW_SHARE = 0.4;
const TOKENS_MIN = 2_000;

// The shares of a simple query are those of CAR, whose part for the conversation is that of skills
// here. A shift moves a tenth or two between parts; no part that may hold the answer goes below a tenth.
const SHARES: Readonly<Record<QueryClass, Shares>> = {
  simple: { frame: 0.05, facts: 0.5, skills: 0.3, environment: 0.15 },
  // What was tried before, and where it runs.
  repair: { frame: 0.05, facts: 0.4, skills: 0.35, environment: 0.2 },
  // Decisions and preferences beside the constraints, which stand there anyway.
  "constraint check": { frame: 0.05, facts: 0.65, skills: 0.15, environment: 0.15 },
  // What was so when, and how things are now.
  temporal: { frame: 0.05, facts: 0.65, skills: 0.1, environment: 0.2 },
  // A number is right only when every fact is there.
  aggregation: { frame: 0.05, facts: 0.75, skills: 0.1, environment: 0.1 },
};

// The first that fits counts: a failing build that "must" be repaired is a repair.
const CLASSES: readonly (readonly [QueryClass, RegExp])[] = [
  [
    "repair",
    /\b(?:errors?|fail(?:s|ed|ing|ures?)?|fix(?:es|ed|ing)?|broken|breaks?|crash(?:es|ed|ing)?|bugs?|exceptions?|debug(?:ging)?|repair|regressions?|(?:does|did|do)(?:n't| not) work)\b/i,
  ],
  [
    "constraint check",
    /\b(?:allowed|permitted|forbidden|prohibited|must(?:n't)?|(?:may|can|should) (?:i|we|you)|polic(?:y|ies)|constraints?|rules?|compliant)\b/i,
  ],
  [
    "aggregation",
    /\b(?:how (?:many|much)|(?:list|count|sum(?:marize)?|total|number of|average)|(?:all|every|each) (?:of )?(?:the |my |our )?\w+|which ones|overview)\b/i,
  ],
  [
    "temporal",
    /\b(?:when|since|until|before|after|latest|newest|current(?:ly)?|now|today|yesterday|last (?:week|month|year|time)|history|how long|changed?)\b/i,
  ],
];
// A class shows in the first words; reading on would make a long query slow.
const READ_CHARS_MAX = 1_024;

/** The class of a query, by its words. */
export function classOf(query: string): QueryClass {
  const start = query.slice(0, READ_CHARS_MAX);
  return CLASSES.find(([, words]) => words.test(start))?.[0] ?? "simple";
}

/** The shares for a class. */
export function sharesOf(queryClass: QueryClass): Shares {
  return SHARES[queryClass];
}

/** The budget for a model with a window of so many tokens. */
export function budgetFor(windowTokens: number): number {
  return Math.max(TOKENS_MIN, Math.floor((windowTokens - ANSWER_TOKENS) * WINDOW_SHARE));
}
