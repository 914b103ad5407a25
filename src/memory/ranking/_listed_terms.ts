// The terms of a query with their lists, and what each of them, and all that come after it, can give a
// fact at most. That is what lets a search leave postings unread.

import type { BlockList } from "../index/block_list.ts";
import { saturated } from "../index/bm25.ts";
import type { QueryTerm } from "./_query_terms.ts";
import type { TextIndex } from "../index/text_index.ts";

/** A term of a query and its list. */
export interface ListedTerm {
  readonly weight: number;
  readonly blocks: BlockList;
  /** How many facts are in the list. */
  readonly postings: number;
  /** The most that a fact can earn by this term. */
  readonly most: number;
  /** The most that it can earn by all later terms. */
  readonly rest: number;
  /** The most that a fact of one block can earn by this term. */
  mostOf(block: number): number;
}

/** The terms in their order. */
export function listedTerms(index: TextIndex, terms: readonly QueryTerm[]): readonly ListedTerm[] {
  const slack = index.boundMeans.slack();
  const listed: ListedTerm[] = [];
  let rest = 0;
  for (const { term, weight } of terms.toReversed()) {
    const blocks = index.postings.blocks(term);
    const mostOf = (block: number) => weight * shareOf((blocks.bounds[block] ?? 0) * slack);
    let largest = 0;
    for (let block = 0; block < blocks.count; block++) {
      largest = Math.max(largest, blocks.bounds[block] ?? 0);
    }
    const most = weight * shareOf(largest * slack);
    listed.push({ weight, blocks, postings: index.postings.length(term), most, rest, mostOf });
    rest += most;
  }
  return listed.reverse();
}

// A short list has no bound; no count earns more than the whole weight.
function shareOf(count: number): number {
  return count === Infinity ? 1 : saturated(count);
}
