// Few short texts that are searched the way facts are, for whoever has texts that are no facts. Everything
// is in RAM and made anew when the texts change.

import { TextIndex } from "./index/text_index.ts";
import { CandidateSearch } from "./ranking/candidates.ts";
import { search } from "./ranking/search.ts";
import { createTokenizer } from "./tokenizer.ts";

/** A text, and how it is called. */
export interface SearchedText {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Gives the ids of the best texts, best first. */
export type TextSearch = (query: string, k: number) => readonly string[];

const NO_LINKS = Object.freeze({ exist: () => false, of: () => [] });
// All texts are there at once and for ever.
const NOW_MS = 1;

/** Makes the search of texts whose ids differ. */
export function createTextSearch(texts: readonly SearchedText[]): TextSearch {
  const tokenizer = createTokenizer();
  const index = new TextIndex(tokenizer);
  for (const [at, { id, title, text }] of texts.entries()) {
    index.put({
      namespace: "",
      id,
      kind: "pattern",
      subject: title,
      body: text,
      tags: [],
      confidence: "medium",
      validFromMs: 0,
      recordedMs: 0,
      state: "live",
      needsReview: false,
      isConstraint: false,
      revision: at + 1,
    });
  }
  const candidates = new CandidateSearch(index);
  return (text, k) => {
    const query = { text, k, isTextOnly: true };
    const options = { index, candidates, tokenizer, links: NO_LINKS, nowMs: NOW_MS };
    return search(query, options).map(({ id }) => id);
  };
}
