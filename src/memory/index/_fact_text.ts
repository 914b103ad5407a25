// The text of a fact as terms of the index, in steps: a body may be long, and whoever puts it must not
// hold up everybody.

import type { Steps } from "../../base/in_turns.ts";
import { countedOnce, type Field } from "./bm25.ts";
import { dateKeys } from "../text/date_words.ts";
import type { FieldLengths } from "./fact_table.ts";
import type { Postings } from "./postings.ts";
import type { SimilarWords } from "./similar_words.ts";
import { TermCounts } from "./_term_counts.ts";
import type { FactRow } from "../store.ts";
import type { Tokenizer } from "../tokenizer.ts";
import type { Vocabulary } from "./_vocabulary.ts";

/** What a FactText works with: the parts of one index that terms are known to. */
export interface FactTextParts {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  readonly similar: SimilarWords;
  readonly postings: Postings;
}

/** Reads the texts of one index, one at a time. */
export class FactText {
  readonly #parts: FactTextParts;
  // Of the fact that was counted last; many indexes are only read.
  #counts: TermCounts | undefined;

  constructor(parts: FactTextParts) {
    this.#parts = parts;
  }

  /** The terms of the text that was counted last. */
  get counts(): TermCounts {
    return this.#counts ??= new TermCounts();
  }

  /** Counts the terms of a fact; new ones get their numbers. Returns the lengths of its fields. */
  *count(row: FactRow): Steps<FieldLengths> {
    this.counts.clear();
    const subject = yield* this.#countField("subject", row.subject);
    const body = yield* this.#countField("body", row.body);
    const tags = row.tags.length === 0 ? 0 : yield* this.#countField("tags", row.tags.join("\n"));
    // A date is like a tag, but lengthens nothing.
    for (const key of dateKeys(row)) this.#count("tags", key);
    return { subject, body, tags };
  }

  /** The keys of all terms of a fact. */
  *keysIn(row: FactRow): Steps<ReadonlySet<string>> {
    const keys = new Set(dateKeys(row));
    for (const text of [row.subject, row.body, row.tags.join("\n")]) {
      let pieces = 0;
      for (const terms of this.#parts.tokenizer.pieces(text, "fact")) {
        if (pieces++ > 0) yield;
        for (const term of terms) {
          keys.add(term.key);
          if (term.exactKey !== undefined) keys.add(term.exactKey);
        }
      }
    }
    return keys;
  }

  // Returns the length of the field in terms; exact forms stand beside stems and do not lengthen it.
  *#countField(field: Field, text: string): Steps<number> {
    let length = 0;
    for (const terms of this.#parts.tokenizer.pieces(text, "fact")) {
      if (length > 0) yield;
      length += terms.length;
      for (const term of terms) {
        const place = this.#count(field, term.key, term.isName);
        if (field !== "tags" && !term.isStop) this.counts.countInText(place);
        if (term.exactKey !== undefined) this.#count(field, term.exactKey);
      }
    }
    return length;
  }

  // Returns the place of the term among the counts.
  #count(field: Field, key: string, isName = false): number {
    const { vocabulary, similar, postings } = this.#parts;
    let term = vocabulary.get(key);
    if (term === undefined) {
      term = postings.newTerm();
      vocabulary.add(key, term);
      similar.add(key);
    }
    const { counts } = this;
    const place = counts.placeOf(term);
    counts.packed[place] = countedOnce(counts.packed[place] ?? 0, field, isName);
    return place;
  }
}
