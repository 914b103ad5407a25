// What a question asks for beside its words: a time, a number, how things are now, or what somebody
// said of themselves. Facts that hold a time or a number, or are told by whom they are about, say so by
// a mark that is set when they are indexed.

/** What a question asks for. */
export interface Asked {
  readonly time: boolean;
  readonly number: boolean;
  readonly now: boolean;
  /** Something about the one who asks. */
  readonly self: boolean;
}

/** Marks of a fact, to be added. */
export const HOLDS_TIME = 1;
/** The second mark. */
export const HOLDS_NUMBER = 2;
/** The third mark: somebody speaks of themselves. */
export const HOLDS_SELF = 4;

const ASKS_TIME = /\b(?:when|(?:what|which) (?:date|day|month|year|time)|how long)\b/i;
const ASKS_NUMBER = /\bhow (?:many|much)\b/i;
const ASKS_NOW = /\b(?:now|current|currently|latest|newest|nowadays|these days|at the moment)\b/i;
// Not "we" and "our": what a team has and does is told in no person at all.
const SELF = /\b(?:i|my|me|mine|myself)\b/i;
// Who begins a question with it speaks of themselves only afterwards.
const REQUEST = /\b(?:(?:can|could|will|would) you|(?:tell|remind|show|give|help) me)\b/gi;
// "What did you tell me" asks for what the other one said.
const OTHER = /\b(?:you|your|yours)\b/i;
const TIME = new RegExp(
  [
    /\b(?:yesterday|today|tomorrow|tonight|ago|weekend|noon|midnight)\b/,
    /\b(?:last|next|this) (?:week|month|year|night|morning|spring|summer|fall|autumn|winter)\b/,
    /\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/,
    /\b(?:january|february|march|april|june|july|august|september|october|november|december)\b/,
    /\bmay \d|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? may\b/,
    /\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]m\b|\b\d{1,2}(?:st|nd|rd|th)\b/,
    /\b(?:days?|weeks?|months?|years?)\b/,
  ].map((part) => part.source).join("|"),
  "i",
);
const NUMBER = new RegExp(
  "\\d|\\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|" +
    "forty|fifty|hundred|thousand|million|once|twice|couple|several)\\b",
  "i",
);
// Reading on would make a text of 64 KiB slow to store and tells no more.
const READ_CHARS_MAX = 4_096;

/** What a question asks for. */
export function askedBy(text: string): Asked {
  const asked = text.replace(REQUEST, "");
  return {
    time: ASKS_TIME.test(text),
    number: ASKS_NUMBER.test(text),
    now: ASKS_NOW.test(text),
    self: SELF.test(asked) && !OTHER.test(asked),
  };
}

/** The marks of a fact's body. */
export function marksOf(body: string): number {
  const start = body.slice(0, READ_CHARS_MAX);
  return (TIME.test(start) ? HOLDS_TIME : 0) + (NUMBER.test(start) ? HOLDS_NUMBER : 0) +
    (SELF.test(start) ? HOLDS_SELF : 0);
}
