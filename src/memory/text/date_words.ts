// The date of a fact as terms of the index, and the dates that a question names as the same terms:
// "@2023", "@may" and "@may8". No word of a text begins with that mark, so "8 connections" does not
// find what was said on the eighth. Dates are those of UTC.

import type { FactRow } from "../store.ts";
import type { Term } from "../tokenizer.ts";

const MONTHS = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
] as const;
const NAMES = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|" +
  "sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const DAY_MONTH = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${NAMES})\\b`, "gi");
const MONTH_DAY = new RegExp(`\\b(${NAMES}) (?:the )?(\\d{1,2})(?:st|nd|rd|th)?\\b`, "gi");
const ISO_DATE = /\b(?:19|20)\d\d-(\d\d)-(\d\d)\b/g;
// Chinese and Japanese, with or without the day: "5月8日", "5 月 8 号".
const MONTH_DAY_SIGNS = /(?<!\d)(1[0-2]|0?[1-9]) ?月(?: ?(\d{1,2}) ?[日号號])?/g;
// "may" and "march" are verbs too: a month alone stands after such a word or before a year.
const MONTH_AFTER = new RegExp(
  `\\b(?:in|since|until|by|during|before|after|of|last|next|early|mid|late|from|to)[ -](${NAMES})\\b`,
  "gi",
);
const MONTH_YEAR = new RegExp(`\\b(${NAMES}),? (?=(?:19|20)\\d\\d\\b)`, "gi");
const YEAR = /\b((?:19|20)\d\d)\b/g;

/** The terms of a fact's date; none when it was stored as of now, for then all of a day are alike. */
export function dateKeys({ validFromMs, recordedMs }: FactRow): readonly string[] {
  if (validFromMs === recordedMs) return [];
  const date = new Date(validFromMs);
  const month = MONTHS[date.getUTCMonth()] ?? "";
  return [`@${date.getUTCFullYear()}`, `@${month}`, `@${month}${date.getUTCDate()}`];
}

/** The dates that a text names, as terms beside its words. */
export function dateTerms(text: string): readonly Term[] {
  const named = new Map<string, string>();
  const add = (month: string, day?: string) => {
    const name = MONTHS.find((one) => one.startsWith(month.slice(0, 3).toLowerCase())) ?? "";
    named.set(`@${name}`, name);
    if (day !== undefined) named.set(`@${name}${Number(day)}`, `${name} ${Number(day)}`);
  };
  for (const [, day = "", month = ""] of text.matchAll(DAY_MONTH)) add(month, day);
  for (const [, month = "", day = ""] of text.matchAll(MONTH_DAY)) add(month, day);
  for (const [, month = "", day = ""] of text.matchAll(ISO_DATE)) {
    const name = MONTHS[Number(month) - 1];
    if (name !== undefined) add(name, day);
  }
  for (const [, month = "", day] of text.matchAll(MONTH_DAY_SIGNS)) {
    const name = MONTHS[Number(month) - 1];
    if (name !== undefined) add(name, day);
  }
  for (const [, month = ""] of text.matchAll(MONTH_AFTER)) add(month);
  for (const [, month = ""] of text.matchAll(MONTH_YEAR)) add(month);
  for (const [, year = ""] of text.matchAll(YEAR)) named.set(`@${year}`, year);
  return [...named].map(([key, name]) => ({
    key,
    word: `${name} (date)`,
    isStop: false,
    isName: false,
  }));
}
