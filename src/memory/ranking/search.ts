// A query over one namespace's index: which facts may be shown, the best of them in a fixed order,
// and the reason for each.

import { bestScore, type CandidateSearch } from "./candidates.ts";
import { askedBy } from "../text/question.ts";
import { coverQuery } from "./_cover_query.ts";
import { dateTerms } from "../text/date_words.ts";
import { liftAlike } from "./_lift_alike.ts";
import { liftNeighbours } from "./_lift_neighbours.ts";
import { liftSharing } from "./_lift_sharing.ts";
import { lowerNearDuplicates } from "./_near_duplicates.ts";
import { mostRecent } from "./_most_recent.ts";
import { keptShare } from "./_only_asks.ts";
import { preferNewer } from "./_prefer_newer.ts";
import { liftLinked, type Links } from "./_rank_graph.ts";
import { Ranking } from "./_ranking.ts";
import { reasonFor } from "./_reason.ts";
import { queryPairs } from "./_query_pairs.ts";
import { queryTerms } from "./_query_terms.ts";
import { rarityAmong } from "./_rarity.ts";
import { candidatesFor, rerank } from "./_rerank.ts";
import type { TextIndex } from "../index/text_index.ts";
import { firstOf } from "./_top.ts";
import type { FactQuery } from "../fact.ts";
import type { Tokenizer } from "../tokenizer.ts";

/** A fact found, before its text is read. */
export interface Match {
  readonly id: string;
  readonly activation: number;
  readonly why: string;
}

/** What a search works on. */
export interface SearchOptions {
  readonly index: TextIndex;
  readonly candidates: CandidateSearch;
  readonly tokenizer: Tokenizer;
  readonly links: Links;
  readonly nowMs: number;
}

interface Scored {
  readonly slot: number;
  readonly score: number;
}

// Facts that may bring in others: far fewer would do, more cost time.
const LIFTING_MAX = 50;
const ACTIVATION_STEPS = 10_000; // Four decimals.

/** The best matches of `query`, best first. */
export function search(query: FactQuery, options: SearchOptions): readonly Match[] {
  const { index, candidates, tokenizer } = options;
  const accepts = acceptor(query, options);
  const compare = comparer(index);
  if (query.text.trim() === "") {
    return mostRecent(query, { ...options, accepts })
      .map((slot) => ({
        id: index.table.id(slot),
        activation: 0,
        why: "no query: most recent",
      }));
  }
  const words = tokenizer.terms(query.text, "query");
  const terms = queryTerms(index, [...words, ...dateTerms(query.text)]);
  const wanted = candidatesFor(query.k);
  const found = firstOf(candidates.find({ terms, k: wanted, accepts }), wanted, compare);
  const asked = askedBy(query.text);
  const rarity = rarityAmong(index.table.facts);
  const pairs = queryPairs(index, words, terms);
  const close = rerank(found, { index, terms, pairs, asked, rarity });
  const ranking = new Ranking(close, keptShare(index.table));
  const from = firstOf(close, LIFTING_MAX, compare);
  if (query.isTextOnly !== true) {
    liftAlike(ranking, { index, close, from, terms, rarity });
    liftSharing(ranking, { index, from, accepts, terms, rarity });
    liftNeighbours(ranking, { index, from, accepts });
    liftLinked(ranking, { index, from, accepts }, options.links);
  }
  const count = 2 * query.k;
  const timely = asked.now ? preferNewer(ranking.entries(), index.table) : ranking.best(count);
  const distinct = lowerNearDuplicates(firstOf(timely, count, compare), index);
  const best = bestScore(terms);
  const ordered = coverQuery(distinct.toSorted(compare), index, terms);
  return ordered.slice(0, query.k).map((ranked) => ({
    id: index.table.id(ranked.slot),
    activation: Math.min(1, Math.round(ranked.score / best * ACTIVATION_STEPS) / ACTIVATION_STEPS),
    why: reasonFor(ranked, index, terms),
  }));
}

// Best score first, then the newest, then by id: never by where a fact happens to stand.
function comparer(index: TextIndex): (a: Scored, b: Scored) => number {
  const { table } = index;
  return (a, b) =>
    b.score - a.score ||
    (table.validFromMs[b.slot] ?? 0) - (table.validFromMs[a.slot] ?? 0) ||
    (table.id(a.slot) < table.id(b.slot) ? -1 : 1);
}

function acceptor(query: FactQuery, { index, nowMs }: SearchOptions): (slot: number) => boolean {
  const { table } = index;
  const { kinds, tags, includeSuperseded = false } = query;
  const { sinceMs = -Infinity, untilMs = Infinity } = query;
  const wantedKinds = kinds === undefined || kinds.length === 0 ? undefined : new Set(kinds);
  const wantedTags = tags ?? [];
  const { validFromMs, endsMs } = table;
  return (slot) => {
    if (!table.isUsed(slot)) return false;
    const from = validFromMs[slot] ?? 0;
    if (!table.hasBegun(slot, nowMs) || from < sinceMs || from >= untilMs) return false;
    if (!includeSuperseded && (endsMs[slot] ?? 0) <= nowMs) return false;
    if (wantedKinds !== undefined && !wantedKinds.has(table.kind(slot))) return false;
    return wantedTags.length === 0 || wantedTags.every((tag) => table.tags(slot).includes(tag));
  };
}
