// The memory as one would write it without caring for speed: a list of facts, every one scored for
// every query by the formula as it stands in the literature. What the engine answers is measured by it.

import { alike, liftedBy } from "./_naive_lifts.ts";
import {
  FIELDS,
  fieldText,
  holdingOf,
  keysIn,
  type NaiveFact,
  rarity,
  type Scored,
  sum,
  termsOf,
} from "./_naive_terms.ts";

/** A fact that matched and the share of the best score that it earned. */
export interface NaiveHit {
  readonly id: string;
  readonly activation: number;
  /** The words of the query that it holds, with their shares of its weight. */
  readonly held: ReadonlyMap<string, number>;
}

const WHOLE_SUBJECT_FACTOR = 1.8;
const RERANKED_MAX = 64;
const LIFTING_MAX = 50;
const ECHO_MIN = 0.8;
const ECHO_FACTOR = 0.8;
const ECHOES_COMPARED = 24;
const COSINE_SHARE = 0.6;
const COVERAGE_SHARE = 0.25;
const PAIRS_SHARE = 0.4;

/** What is asked, and when. */
export interface NaiveQuestion {
  readonly text: string;
  readonly k: number;
  readonly nowMs: number;
}

/** The best 2 k of the facts that match, in no order; `facts` is everything the namespace ever held. */
export function naiveQuery(
  facts: readonly NaiveFact[],
  { text, k, nowMs }: NaiveQuestion,
): NaiveHit[] {
  const weights = weightsOf(facts, text);
  const best = sum([...weights.values()]) * WHOLE_SUBJECT_FACTOR;
  const found = bm25Of(facts, text, weights)
    .filter(({ fact, score }) => score > 0 && fact.validFromMs <= nowMs && nowMs < fact.endsMs)
    .sort((a, b) => b.score - a.score || b.fact.validFromMs - a.fact.validFromMs || byId(a, b))
    .slice(0, RERANKED_MAX);
  const close = closerLook(facts, { found, text, weights: stemsOnly(text, weights) })
    .toSorted((a, b) => b.score - a.score || b.fact.validFromMs - a.fact.validFromMs || byId(a, b));
  const isShown = (fact: NaiveFact) => fact.validFromMs <= nowMs && nowMs < fact.endsMs;
  const wanted = new Set(weights.keys());
  const lifted = liftedBy(facts, close.slice(0, LIFTING_MAX), wanted)
    .concat(alike(facts, close, wanted), close)
    .reduce(
      (scores, { fact, score }) => scores.set(fact, (scores.get(fact) ?? 0) + score),
      new Map<NaiveFact, number>(),
    )
    .entries().toArray()
    .map(([fact, score]) => ({ fact, score: Math.fround(score) }))
    .filter(({ fact }) => isShown(fact))
    .sort((a, b) => b.score - a.score || b.fact.validFromMs - a.fact.validFromMs || byId(a, b));
  const shares = sharesOf(text, weights);
  return withoutEchoes(lifted.slice(0, 2 * k)).map(({ fact, score }) => ({
    id: fact.id,
    activation: Math.min(1, score / best),
    held: new Map(
      [...shares].filter(([key]) => keysIn(`${fact.subject}\n${fact.body}`).includes(key)),
    ),
  }));
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
  { found, text: asked, weights }: {
    readonly found: readonly Scored[];
    readonly text: string;
    readonly weights: Weights;
  },
): readonly Scored[] {
  const holding = holdingOf(facts);
  const worth = (pair: string) => Math.min(...pair.split("\n").map((key) => weights.get(key) ?? 0));
  // A word that nobody holds stands between its neighbours, too.
  const wanted = [...pairsOf(termsOf(asked).filter(({ isStop }) => !isStop).map(({ key }) => key))]
    .filter((pair) => pair.split("\n").every((key) => holding.has(key)));
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
    const pairs = pairsOf([...counts.keys()]);
    const together = wanted.length === 0
      ? 0
      : sum(wanted.filter((pair) => pairs.has(pair)).map(worth)) / sum(wanted.map(worth));
    return { fact, score, cosine: length > 0 ? dot / length : 0, covered, together };
  });
  const scoreMax = Math.max(0, ...close.map(({ score }) => score));
  const cosineMax = Math.max(0, ...close.map(({ cosine }) => cosine));
  return close.map(({ fact, score, cosine, covered, together }) => {
    const text = cosineMax === 0
      ? score
      : (score + COSINE_SHARE * scoreMax * cosine / cosineMax) / (1 + COSINE_SHARE);
    const whole = text * (1 + COVERAGE_SHARE * covered) / (1 + COVERAGE_SHARE) *
      (1 + PAIRS_SHARE * together) / (1 + PAIRS_SHARE);
    return { fact, score: Math.fround(whole) };
  });
}

// Each key with the next one, in one text.
function pairsOf(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.slice(1).map((key, at) => `${keys[at]}\n${key}`));
}

// What repeats a better fact among the first few counts less.
function withoutEchoes(found: readonly Scored[]): readonly Scored[] {
  const kept: ReadonlySet<string>[] = [];
  return found.map(({ fact, score }, at) => {
    const keys = new Set(
      termsOf(`${fact.subject}\n${fact.body}`).filter(({ isStop }) => !isStop)
        .map(({ key }) => key),
    );
    const isEcho = kept.some((other) =>
      keys.intersection(other).size / Math.max(1, keys.union(other).size) >= ECHO_MIN
    );
    if (at >= ECHOES_COMPARED) return { fact, score };
    if (!isEcho) kept.push(keys);
    return { fact, score: isEcho ? score * ECHO_FACTOR : score };
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

// What each word of the query that is no stop word is worth among them.
function sharesOf(text: string, weights: Weights): Weights {
  const words = new Set(termsOf(text).filter(({ isStop }) => !isStop).map(({ key }) => key));
  const known = [...weights].filter(([key]) => words.has(key));
  const total = sum(known.map(([, weight]) => weight));
  return new Map(known.map(([key, weight]) => [key, weight / total]));
}

function byId(a: Scored, b: Scored): number {
  return a.fact.id < b.fact.id ? -1 : 1;
}
