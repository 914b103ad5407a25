// The text of one namespace's facts: vocabulary, postings, columns. Every fact is in it, superseded
// ones too, so that its statistics follow from the rows alone and not from when it was loaded.

import { countedOnce, type Field, isSubjectName } from "./_bm25.ts";
import { FactTable } from "./_fact_table.ts";
import { Postings } from "./_postings.ts";
import type { FactRow } from "./store.ts";
import type { Tokenizer } from "./tokenizer.ts";

// Beside the typed arrays: a vocabulary entry and a fact's id, subject, slot and tags, roughly.
const VOCABULARY_ENTRY_BYTES = 80;
const FACT_OBJECTS_BYTES = 160;

/** Index of one namespace. */
export class TextIndex {
  readonly table = new FactTable();
  readonly postings = new Postings();
  readonly #vocabulary = new Map<string, number>();
  readonly #tokenizer: Tokenizer;
  // Counts per term of the fact at hand; empty between calls.
  readonly #counts = new Map<number, number>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** Roughly the bytes of RAM it holds. */
  get bytes(): number {
    return this.table.bytes + this.postings.bytes +
      this.#vocabulary.size * VOCABULARY_ENTRY_BYTES + this.table.length * FACT_OBJECTS_BYTES;
  }

  /** The number of a term, undefined when no fact holds it. */
  termOf(key: string): number | undefined {
    return this.#vocabulary.get(key);
  }

  /** Takes over a row, new or changed; does nothing when it is known in this revision already. */
  put(row: FactRow): void {
    const known = this.table.slotOf(row.id);
    if (known === undefined) {
      const slot = this.table.add(row);
      this.table.update(slot, row);
      this.#addText(slot, row);
    } else if (this.table.revision(known) < row.revision) {
      this.#change(known, row);
    }
  }

  // Subject and body of a fact never change; its tags may.
  #change(slot: number, row: FactRow): void {
    const oldTags = this.table.tags(slot);
    const isRetagged = oldTags.length !== row.tags.length ||
      oldTags.some((tag, at) => tag !== row.tags[at]);
    if (isRetagged) this.#removeText(slot, { ...row, tags: oldTags });
    this.table.update(slot, row);
    if (isRetagged) this.#addText(slot, row);
  }

  #addText(slot: number, row: FactRow): void {
    const subject = this.#countField("subject", row.subject);
    const body = this.#countField("body", row.body);
    const tags = row.tags.length === 0 ? 0 : this.#countField("tags", row.tags.join("\n"));
    this.table.setLengths(slot, { subject, body, tags });
    let names = 0;
    for (const [term, counts] of this.#counts) {
      this.postings.add(term, slot, counts);
      if (isSubjectName(counts)) names++;
    }
    this.table.subjectNames[slot] = names;
    this.#counts.clear();
  }

  #removeText(slot: number, row: FactRow): void {
    const keys = new Set<string>();
    for (const text of [row.subject, row.body, row.tags.join("\n")]) {
      for (const term of this.#tokenizer.terms(text, "fact")) {
        keys.add(term.key);
        if (term.exactKey !== undefined) keys.add(term.exactKey);
      }
    }
    for (const key of keys) this.#removePosting(key, slot);
    this.table.setLengths(slot, { subject: 0, body: 0, tags: 0 });
  }

  #removePosting(key: string, slot: number): void {
    const term = this.#vocabulary.get(key);
    if (term === undefined) return;
    this.postings.remove(term, slot);
    if (this.postings.length(term) > 0) return;
    this.postings.freeTerm(term);
    this.#vocabulary.delete(key);
  }

  // Returns the length of the field in terms; exact forms stand beside stems and do not lengthen it.
  #countField(field: Field, text: string): number {
    const terms = this.#tokenizer.terms(text, "fact");
    for (const term of terms) {
      this.#count(field, term.key, term.isName);
      if (term.exactKey !== undefined) this.#count(field, term.exactKey);
    }
    return terms.length;
  }

  #count(field: Field, key: string, isName = false): void {
    let term = this.#vocabulary.get(key);
    if (term === undefined) {
      term = this.postings.newTerm();
      this.#vocabulary.set(key, term);
    }
    this.#counts.set(term, countedOnce(this.#counts.get(term) ?? 0, field, isName));
  }
}
