// What a question asks for beside its words: a time, a number, how things are now, or what somebody
// said of themselves. Facts that hold a time or a number, or are told by whom they are about, say so by
// a mark that is set when they are indexed.

import { CHINESE, type QuestionPatterns } from "./chinese_question.ts";

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
/** The fourth mark: a short question and nothing else. */
export const ONLY_ASKS = 8;

const ENGLISH: QuestionPatterns = {
  asksTime: /\b(?:when|(?:what|which) (?:date|day|month|year|time)|how long)\b/i,
  asksNumber: /\bhow (?:many|much)\b/i,
  asksNow: /\b(?:now|current|currently|latest|newest|nowadays|these days|at the moment)\b/i,
  time: new RegExp(
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
  ),
  number: new RegExp(
    "\\d|\\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|" +
      "forty|fifty|hundred|thousand|million|once|twice|couple|several)\\b",
    "i",
  ),
  // Not "we" and "our": what a team has and does is told in no person at all.
  self: /\b(?:i|my|me|mine|myself)\b/i,
  request: /\b(?:(?:can|could|will|would) you|(?:tell|remind|show|give|help) me)\b/gi,
  // "What did you tell me" asks for what the other one said.
  other: /\b(?:you|your|yours)\b/i,
};
const LANGUAGES = [ENGLISH, CHINESE] as const;
// Sentences that end in a question mark, and no others. What is longer tells something beside asking:
// measured, from 120 characters on such facts are answers.
const QUESTIONS = /^(?:[^.!?。！？]*[?？])+\s*$/;
const QUESTION_CHARS_MAX = 80;
// Reading on would make a text of 64 KiB slow to store and tells no more.
const READ_CHARS_MAX = 4_096;

/** What a question asks for. */
export function askedBy(text: string): Asked {
  const asks = (pattern: "asksTime" | "asksNumber" | "asksNow") =>
    LANGUAGES.some((language) => language[pattern].test(text));
  return {
    time: asks("asksTime"),
    number: asks("asksNumber"),
    now: asks("asksNow"),
    self: LANGUAGES.some(({ request, self, other }) => {
      const asked = text.replace(request, "");
      return self.test(asked) && !other.test(asked);
    }),
  };
}

/** The marks of a fact's body. */
export function marksOf(body: string): number {
  const start = body.slice(0, READ_CHARS_MAX);
  const holds = (pattern: "time" | "number" | "self") =>
    LANGUAGES.some((language) => language[pattern].test(start));
  return (holds("time") ? HOLDS_TIME : 0) + (holds("number") ? HOLDS_NUMBER : 0) +
    (holds("self") ? HOLDS_SELF : 0) + (onlyAsks(body) ? ONLY_ASKS : 0);
}

function onlyAsks(body: string): boolean {
  return body.length <= QUESTION_CHARS_MAX && QUESTIONS.test(body);
}
