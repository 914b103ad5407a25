// The memory as one would write it without caring for speed: a list of facts, every one scored for
// every query by the formula as it stands in the literature. What the engine answers is measured by it.

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
}

/** A fact that matched and the share of the best score that it earned. */
export interface NaiveHit {
  readonly id: string;
  readonly activation: number;
}

const FIELDS = [
  { name: "subject", boost: 2, lengthShare: 0.4 },
  { name: "body", boost: 1, lengthShare: 0.75 },
  { name: "tags", boost: 1, lengthShare: 0.4 },
] as const;
const WHOLE_SUBJECT_FACTOR = 1.8;

const tokenizer = createTokenizer();

function termsOf(text: string) {
  return tokenizer.terms(text, "fact");
}

function fieldText(fact: NaiveFact, field: string): string {
  if (field === "tags") return fact.tags.join("\n");
  return field === "subject" ? fact.subject : fact.body;
}

function keysIn(text: string): readonly string[] {
  return termsOf(text).flatMap((term) =>
    term.exactKey === undefined ? [term.key] : [term.key, term.exactKey]
  );
}

/** All facts that match, best first; `facts` is everything the namespace ever held. */
export function naiveQuery(facts: readonly NaiveFact[], text: string, nowMs: number): NaiveHit[] {
  const wanted = wantedKeys(text);
  const fields = FIELDS.map((field) => {
    const keys = facts.map((fact) => keysIn(fieldText(fact, field.name)));
    const lengths = facts.map((fact) => termsOf(fieldText(fact, field.name)).length);
    return { ...field, keys, lengths, total: lengths.reduce((sum, one) => sum + one, 0) };
  });
  const weights = [...wanted].map(([key, share]) => {
    const holding = facts.filter((_, at) => fields.some(({ keys }) => keys[at]?.includes(key)));
    const rarity = Math.log(1 + (facts.length - holding.length + 0.5) / (holding.length + 0.5));
    return { key, weight: holding.length === 0 ? 0 : share * rarity };
  });
  const best = weights.reduce((sum, { weight }) => sum + weight, 0) * WHOLE_SUBJECT_FACTOR;
  const names = new Set(termsOf(text).filter((term) => term.isName).map((term) => term.key));
  return facts.map((fact, at) => {
    const earned = weights.map(({ key, weight }) => {
      const counts = fields.map(({ boost, lengthShare, keys, lengths, total }) => {
        const occurrences = keys[at]?.filter((other) => other === key).length ?? 0;
        const relative = (lengths[at] ?? 0) * facts.length / Math.max(1, total);
        return boost * occurrences / (1 - lengthShare + lengthShare * relative);
      });
      const count = counts.reduce((sum, one) => sum + one, 0);
      return weight * count / (1.2 + count);
    });
    const subject = termsOf(fact.subject).filter((term) => term.isName).map((term) => term.key);
    const isWhole = subject.length > 0 && subject.every((key) => names.has(key));
    const score = earned.reduce((sum, one) => sum + one, 0) * (isWhole ? WHOLE_SUBJECT_FACTOR : 1);
    return { fact, score };
  })
    .filter(({ fact, score }) => score > 0 && fact.validFromMs <= nowMs && nowMs < fact.endsMs)
    .sort((a, b) => b.score - a.score)
    .map(({ fact, score }) => ({ id: fact.id, activation: Math.min(1, score / best) }));
}

function wantedKeys(text: string): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { key, isStop } of termsOf(text)) wanted.set(key, isStop ? 0.02 : 1);
  for (const { exactKey } of termsOf(text)) if (exactKey !== undefined) wanted.set(exactKey, 0.15);
  return wanted;
}
