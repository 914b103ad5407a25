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
const RERANKED_MAX = 64;
const COSINE_SHARE = 0.6;
const COVERAGE_SHARE = 0.25;

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
  const weights = weightsOf(facts, text);
  const best = sum([...weights.values()]) * WHOLE_SUBJECT_FACTOR;
  const found = bm25Of(facts, text, weights)
    .filter(({ fact, score }) => score > 0 && fact.validFromMs <= nowMs && nowMs < fact.endsMs)
    .sort((a, b) => b.score - a.score || b.fact.validFromMs - a.fact.validFromMs || byId(a, b))
    .slice(0, RERANKED_MAX);
  return closerLook(facts, found, stemsOnly(text, weights))
    .toSorted((a, b) => b.score - a.score)
    .map(({ fact, score }) => ({ id: fact.id, activation: Math.min(1, score / best) }));
}

interface Scored {
  readonly fact: NaiveFact;
  readonly score: number;
}

type Weights = ReadonlyMap<string, number>;

function bm25Of(facts: readonly NaiveFact[], text: string, weights: Weights): readonly Scored[] {
  const fields = FIELDS.map((field) => {
    const keys = facts.map((fact) => keysIn(fieldText(fact, field.name)));
    const lengths = facts.map((fact) => termsOf(fieldText(fact, field.name)).length);
    return { ...field, keys, lengths, total: sum(lengths) };
  });
  const names = new Set(termsOf(text).filter((term) => term.isName).map((term) => term.key));
  return facts.map((fact, at) => {
    const earned = [...weights].map(([key, weight]) => {
      const counts = fields.map(({ boost, lengthShare, keys, lengths, total }) => {
        const occurrences = keys[at]?.filter((other) => other === key).length ?? 0;
        const relative = (lengths[at] ?? 0) * facts.length / Math.max(1, total);
        return boost * occurrences / (1 - lengthShare + lengthShare * relative);
      });
      return weight * sum(counts) / (1.2 + sum(counts));
    });
    const subject = termsOf(fact.subject).filter((term) => term.isName).map((term) => term.key);
    const isWhole = subject.length > 0 && subject.every((key) => names.has(key));
    return { fact, score: sum(earned) * (isWhole ? WHOLE_SUBJECT_FACTOR : 1) };
  });
}

// Cosine and coverage over the words of subject and body that are no stop words.
function closerLook(
  facts: readonly NaiveFact[],
  found: readonly Scored[],
  weights: Weights,
): readonly Scored[] {
  const holding = holdingOf(facts);
  const close = found.map(({ fact, score }) => {
    const counts = new Map<string, number>();
    for (const { key, isStop } of termsOf(`${fact.subject}\n${fact.body}`)) {
      if (!isStop) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const own = new Map(
      [...counts].map(([key, count]) =>
        [key, rarity(facts.length, holding.get(key) ?? 0) * (1 + Math.log(count))] as const
      ),
    );
    const matched = [...own.keys()].filter((key) => weights.has(key));
    const dot = sum(matched.map((key) => (weights.get(key) ?? 0) * (own.get(key) ?? 0)));
    const length = Math.sqrt(sum([...own.values()].map((value) => value * value)));
    const covered = sum(matched.map((key) => weights.get(key) ?? 0)) / sum([...weights.values()]);
    return { fact, score, cosine: length > 0 ? dot / length : 0, covered };
  });
  const scoreMax = Math.max(0, ...close.map(({ score }) => score));
  const cosineMax = Math.max(0, ...close.map(({ cosine }) => cosine));
  return close.map(({ fact, score, cosine, covered }) => {
    const text = cosineMax === 0
      ? score
      : (score + COSINE_SHARE * scoreMax * cosine / cosineMax) / (1 + COSINE_SHARE);
    return { fact, score: text * (1 + COVERAGE_SHARE * covered) / (1 + COVERAGE_SHARE) };
  });
}

function weightsOf(facts: readonly NaiveFact[], text: string): Weights {
  const wanted = new Map<string, number>();
  for (const { key, isStop } of termsOf(text)) wanted.set(key, isStop ? 0.02 : 1);
  for (const { exactKey } of termsOf(text)) if (exactKey !== undefined) wanted.set(exactKey, 0.15);
  const holding = holdingOf(facts);
  return new Map(
    [...wanted].filter(([key]) => holding.has(key))
      .map(([key, share]) => [key, share * rarity(facts.length, holding.get(key) ?? 0)]),
  );
}

// Those of the words themselves, without their exact forms.
function stemsOnly(text: string, weights: Weights): Weights {
  const stems = new Set(termsOf(text).map(({ key }) => key));
  return new Map([...weights].filter(([key]) => stems.has(key)));
}

function holdingOf(facts: readonly NaiveFact[]): ReadonlyMap<string, number> {
  const holding = new Map<string, number>();
  for (const fact of facts) {
    const keys = new Set(FIELDS.flatMap(({ name }) => keysIn(fieldText(fact, name))));
    for (const key of keys) holding.set(key, (holding.get(key) ?? 0) + 1);
  }
  return holding;
}

function rarity(facts: number, holding: number): number {
  return Math.log(1 + (facts - holding + 0.5) / (holding + 0.5));
}

function byId(a: Scored, b: Scored): number {
  return a.fact.id < b.fact.id ? -1 : 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
