// Brings in what the best facts rest on, and what rests on them, by the links that somebody stored: a
// conclusion that matches leads to its premises, a step to what it depends on, and from there to what
// was said beside it. A walk over a bounded neighbourhood of the first matches (personalised PageRank;
// Haveliwala, "Topic-Sensitive PageRank", 2002):
//
//   p = 0.5 · reset + 0.5 · Wᵀ p       reset: the scores of the first matches, as shares, at most 0.4 each
//   lift(d) = best score · (p(d) - 0.5 · reset(d)) / (0.5 · reset(best))
//
// What words and neighbours in a source connect is lifted by files of their own, which cost no look at
// the store; they are the first step of the same walk over the links that are never stored.

import type { LiftOptions } from "./_lift_neighbours.ts";
import type { Link, Ranked, Ranking } from "./_ranking.ts";
import type { StoredLink } from "../store.ts";

/** The stored links of one namespace. */
export interface Links {
  /** False when no fact depends on another one or cites it. */
  exist(): boolean;
  /** Those of one fact that carry activation, in a fixed order; at most `limit`. */
  of(id: string, limit: number): readonly StoredLink[];
}

/** Half of the walk starts anew each round: what is two links away counts a quarter of its weight. */
const DAMPING = 0.5;
/** With that damping, what is left after thirty rounds is below a billionth. */
const ROUNDS_MAX = 30;
const CHANGE_MIN = 1e-6;
/** One strong match must not silence what the others rest on. */
const RESET_MAX = 0.4;
/** Further matches are there by chance, and each costs a look at the store. */
const SEEDS_MAX = 8;
const NODES_MAX = 64;
const LINKS_MAX = 16;
/** Links away from a match; beyond, the weights leave less than a tenth. */
const DEPTH_MAX = 2;

// How much of a fact's activation a link passes on, if it has the fact to itself.
const WEIGHTS = { depends_on: 0.8, cites_premise: 0.85, supersedes: 0.3, nextTo: 0.5 } as const;

interface Edge {
  readonly to: number;
  readonly weight: number;
  readonly link: Link;
}

interface Node {
  readonly slot: number;
  readonly depth: number;
  readonly edges: Edge[];
}

/** Lifts what the stored links connect with the first of `from`. */
export function liftLinked(ranking: Ranking, options: LiftOptions, links: Links): void {
  const seeds = options.from.slice(0, SEEDS_MAX).filter(({ score }) => score > 0);
  const [best] = seeds;
  if (best === undefined || !links.exist()) return;
  const nodes = neighbourhood(seeds, options, links);
  if (nodes.every(({ edges }) => edges.length === 0)) return;
  const reset = resetOf(seeds, nodes.length);
  const shares = walk(nodes, reset);
  const unit = best.score / ((1 - DAMPING) * (reset[0] ?? 1));
  for (const [at, { from, link }] of strongestInto(nodes, shares)) {
    const node = nodes[at];
    const source = nodes[from];
    if (node === undefined || source === undefined || !options.accepts(node.slot)) continue;
    const walked = (shares[at] ?? 0) - (1 - DAMPING) * (reset[at] ?? 0);
    ranking.lift(node.slot, { from: source.slot, link, score: unit * walked });
  }
}

// Breadth first from the matches, in their order and then in that of the links.
function neighbourhood(
  seeds: readonly Ranked[],
  { index }: LiftOptions,
  links: Links,
): readonly Node[] {
  const { table, neighbours } = index;
  const nodes: Node[] = seeds.map(({ slot }) => ({ slot, depth: 0, edges: [] }));
  const places = new Map(nodes.map(({ slot }, at) => [slot, at]));
  const placeOf = (slot: number, depth: number): number | undefined => {
    const known = places.get(slot);
    if (known !== undefined || nodes.length >= NODES_MAX) return known;
    places.set(slot, nodes.length);
    return nodes.push({ slot, depth, edges: [] }) - 1;
  };
  for (const node of nodes) {
    if (node.depth >= DEPTH_MAX) break;
    const connect = (slot: number | undefined, weight: number, link: Link) => {
      const to = slot === undefined ? undefined : placeOf(slot, node.depth + 1);
      if (to !== undefined) node.edges.push({ to, weight, link });
    };
    for (const { kind, otherId, isOutgoing } of links.of(table.id(node.slot), LINKS_MAX)) {
      connect(table.slotOf(otherId), WEIGHTS[kind], LINK_WORDS[kind][isOutgoing ? "to" : "from"]);
    }
    // Those of a match are lifted already.
    if (node.depth === 0) continue;
    for (const { slot, distance } of neighbours.of(node.slot)) {
      if (distance === 1) connect(slot, WEIGHTS.nextTo, "next to");
    }
  }
  return nodes;
}

// What is said of the fact that a link leads to, before the subject of the one it comes from.
const LINK_WORDS = {
  depends_on: { to: "carries", from: "builds on" },
  cites_premise: { to: "is a premise of", from: "follows from" },
  supersedes: { to: "was replaced by", from: "replaced" },
} as const;

function resetOf(seeds: readonly Ranked[], length: number): Float64Array {
  const total = seeds.reduce((sum, { score }) => sum + score, 0);
  const reset = new Float64Array(length);
  for (const [at, { score }] of seeds.entries()) reset[at] = Math.min(RESET_MAX, score / total);
  return reset;
}

function walk(nodes: readonly Node[], reset: Float64Array): Float64Array {
  let shares = reset.map((share) => (1 - DAMPING) * share);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const next = reset.map((share) => (1 - DAMPING) * share);
    for (const [at, { edges }] of nodes.entries()) {
      for (const { to, weight } of edges) {
        next[to] = (next[to] ?? 0) + DAMPING * (shares[at] ?? 0) * weight / widthOf(edges);
      }
    }
    const change = next.reduce(
      (max, share, at) => Math.max(max, Math.abs(share - (shares[at] ?? 0))),
      0,
    );
    shares = next;
    if (change < CHANGE_MIN) break;
  }
  return shares;
}

// Many links share what there is; a few pass on their own weight and no more.
function widthOf(edges: readonly Edge[]): number {
  return Math.max(1, edges.reduce((sum, { weight }) => sum + weight, 0));
}

// For each fact that something leads to, the link that brought most.
function strongestInto(
  nodes: readonly Node[],
  shares: Float64Array,
): ReadonlyMap<number, { readonly from: number; readonly link: Link }> {
  const strongest = new Map<number, { from: number; link: Link; flow: number }>();
  for (const [from, { edges }] of nodes.entries()) {
    for (const { to, weight, link } of edges) {
      const flow = (shares[from] ?? 0) * weight / widthOf(edges);
      if ((strongest.get(to)?.flow ?? 0) < flow) strongest.set(to, { from, link, flow });
    }
  }
  return strongest;
}
