// What the parts of the naive model share: facts, their words, and how much a word says.

import { createTokenizer } from "../../src/memory/tokenizer.ts";

/** A fact of the model. */
export interface NaiveFact {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly kind: string;
  tags: readonly string[];
  readonly validFromMs: number;
  endsMs: number;
  isLive: boolean;
  readonly recordedMs: number;
  readonly source: string | undefined;
  readonly client: string | undefined;
}

/** A fact and its score. */
export interface Scored {
  readonly fact: NaiveFact;
  readonly score: number;
}

/** The fields of a fact, as BM25 sees them. */
export const FIELDS = [
  { name: "subject", boost: 2, lengthShare: 0.4 },
  { name: "body", boost: 1, lengthShare: 0.75 },
  { name: "tags", boost: 1, lengthShare: 0.4 },
] as const;
const tokenizer = createTokenizer();

export function termsOf(text: string) {
  return tokenizer.terms(text, "fact");
}

export function fieldText(fact: NaiveFact, field: string): string {
  if (field === "tags") return fact.tags.join("\n");
  return field === "subject" ? fact.subject : fact.body;
}

export function keysIn(text: string): readonly string[] {
  return termsOf(text).flatMap((term) =>
    term.exactKey === undefined ? [term.key] : [term.key, term.exactKey]
  );
}

export function holdingOf(facts: readonly NaiveFact[]): ReadonlyMap<string, number> {
  const holding = new Map<string, number>();
  for (const fact of facts) {
    const keys = new Set(FIELDS.flatMap(({ name }) => keysIn(fieldText(fact, name))));
    for (const key of keys) holding.set(key, (holding.get(key) ?? 0) + 1);
  }
  return holding;
}

export function rarity(facts: number, holding: number): number {
  return Math.log(1 + (facts - holding + 0.5) / (holding + 0.5));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
