// How facts lift each other in the naive model: by what stands next to them and by rare words.

import { holdingOf, type NaiveFact, rarity, type Scored, sum, termsOf } from "./_naive_terms.ts";

const NEIGHBOUR_SHARES = [0, 0.3, 0.15];
const BODY_WORDS = 20;
const BURST_MS = 60_000;
const SHARING_SHARE = 0.6;
const SHARING_FACTS_MAX = 5;
const FACTS_WITH_TERM_MAX = 12;
const ALIKE_SHARE = 0.4;
const ALIKE_FACTS_MAX = 3;
const ALIKE_COSINE_MAX = 0.7;

/** What the best facts add to others; several entries for one fact add up. */
export function liftedBy(
  facts: readonly NaiveFact[],
  best: readonly Scored[],
  wanted: ReadonlySet<string>,
): readonly Scored[] {
  return [...besides(facts, best), ...sharing(facts, best.slice(0, SHARING_FACTS_MAX), wanted)];
}

function besides(facts: readonly NaiveFact[], best: readonly Scored[]): readonly Scored[] {
  const words = sum(facts.map(({ body }) => termsOf(body).length)) / facts.length;
  const reach = Math.min(1, (BODY_WORDS / words) ** 2);
  return facts.map((fact) => {
    const chain = facts.filter((other) => isSameChain(fact, other))
      .sort((a, b) => a.recordedMs - b.recordedMs || (a.id < b.id ? -1 : 1));
    const own = chain.indexOf(fact);
    const lifts = best.map((other) => {
      const place = chain.indexOf(other.fact);
      if (own < 0 || place < 0 || own === place) return 0;
      const isFar = fact.source === undefined &&
        Math.abs(fact.recordedMs - other.fact.recordedMs) > BURST_MS;
      return isFar ? 0 : (NEIGHBOUR_SHARES[Math.abs(own - place)] ?? 0) * other.score;
    });
    return { fact, score: reach * Math.max(0, ...lifts) };
  }).filter(({ score }) => score > 0);
}

function isSameChain(one: NaiveFact, other: NaiveFact): boolean {
  if (one.source !== undefined || other.source !== undefined) return one.source === other.source;
  return one.client !== undefined && one.client === other.client;
}

function sharing(
  facts: readonly NaiveFact[],
  best: readonly Scored[],
  wanted: ReadonlySet<string>,
): readonly Scored[] {
  const holding = holdingOf(facts);
  const weightOf = (key: string) => rarity(facts.length, holding.get(key) ?? 0);
  return best.flatMap(({ fact, score }) => {
    const keys = [...textKeys(fact)];
    const total = sum(keys.map(weightOf));
    const rare = keys.filter((key) =>
      !wanted.has(key) && (holding.get(key) ?? 0) <= Math.min(FACTS_WITH_TERM_MAX, facts.length / 2)
    );
    return facts.filter((other) => other !== fact).map((other) => {
      const shared = rare.filter((key) => allKeys(other).has(key)).map(weightOf);
      return { fact: other, score: SHARING_SHARE * score * sum(shared) / total };
    }).filter((lifted) => lifted.score > 0);
  });
}

/** What the best three of the facts found, best first, add to the others that are like them. */
export function alike(
  facts: readonly NaiveFact[],
  found: readonly Scored[],
  wanted: ReadonlySet<string>,
): readonly Scored[] {
  const holding = holdingOf(facts);
  const squares = (keys: Iterable<string>) =>
    sum([...keys].map((key) => rarity(facts.length, holding.get(key) ?? 0) ** 2));
  return found.map(({ fact }) => {
    const keys = textKeys(fact);
    const lifts = found.slice(0, ALIKE_FACTS_MAX).map((best) => {
      const own = textKeys(best.fact);
      const shared = squares(keys.intersection(own).difference(wanted));
      const cosine = shared / Math.sqrt(squares(own) * squares(keys));
      return best.fact !== fact && cosine < ALIKE_COSINE_MAX
        ? ALIKE_SHARE * best.score * cosine
        : 0;
    });
    return { fact, score: Math.max(...lifts) };
  }).filter(({ score }) => score > 0);
}

function textKeys({ subject, body }: NaiveFact): ReadonlySet<string> {
  const terms = termsOf(`${subject}\n${body}`).filter(({ isStop }) => !isStop);
  return new Set(terms.map(({ key }) => key));
}

function allKeys({ subject, body, tags }: NaiveFact): ReadonlySet<string> {
  return new Set(termsOf([subject, body, ...tags].join("\n")).map(({ key }) => key));
}
