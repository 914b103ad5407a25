// How good one ranking is, and the mean over many. A fact is relevant or not; there are no grades.

/** The scores of the table, in its order. */
export const SCORE_NAMES = ["R@1", "R@3", "R@5", "R@10", "MRR@10", "nDCG@10"] as const;

/** A score, 0 to 1, by name. */
export type Scores = Readonly<Record<typeof SCORE_NAMES[number], number>>;

/** How many facts a ranker is asked for. */
export const RANKS = 10;

/** The scores of one ranking: ids of facts, best first. */
export function scoresOf(ranked: readonly string[], relevant: readonly string[]): Scores {
  const wanted = new Set(relevant);
  const isHit = ranked.slice(0, RANKS).map((id) => wanted.has(id));
  const hitsWithin = (k: number) => isHit.slice(0, k).filter(Boolean).length;
  const recallAt = (k: number) => hitsWithin(k) / wanted.size;
  const gainAt = (rank: number) => 1 / Math.log2(rank + 2);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const gain = sum(isHit.map((hit, rank) => hit ? gainAt(rank) : 0));
  const best = sum(Array.from({ length: Math.min(RANKS, wanted.size) }, (_, rank) => gainAt(rank)));
  const first = isHit.indexOf(true);
  return {
    "R@1": recallAt(1),
    "R@3": recallAt(3),
    "R@5": recallAt(5),
    "R@10": recallAt(10),
    "MRR@10": first < 0 ? 0 : 1 / (first + 1),
    "nDCG@10": best === 0 ? 0 : gain / best,
  };
}

/** The mean of each score; zeros when there are none. */
export function meanScores(all: readonly Scores[]): Scores {
  const mean = (name: keyof Scores) =>
    all.reduce((total, scores) => total + scores[name], 0) / Math.max(1, all.length);
  return {
    "R@1": mean("R@1"),
    "R@3": mean("R@3"),
    "R@5": mean("R@5"),
    "R@10": mean("R@10"),
    "MRR@10": mean("MRR@10"),
    "nDCG@10": mean("nDCG@10"),
  };
}
