// The text of one namespace's facts: vocabulary, postings, columns. Every fact is in it, superseded
// ones too, so that its statistics follow from the rows alone and not from when it was loaded.

import type { Steps } from "../../base/in_turns.ts";
import { BoundMeans, countedOnce, type Field, isSubjectName } from "./bm25.ts";
import { dateKeys } from "../text/date_words.ts";
import { FactTable } from "./fact_table.ts";
import { ForwardTerms } from "./_forward.ts";
import { Neighbours } from "./_neighbours.ts";
import { RecentFacts } from "./recent_facts.ts";
import { Postings } from "./postings.ts";
import { marksOf } from "../text/question.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";
import { type SimilarWord, SimilarWords } from "./similar_words.ts";
import { slotsAmong } from "./_slots_among.ts";
import { SubjectGroups } from "./_subject_groups.ts";
import { TermCounts } from "./_term_counts.ts";
import type { FactRow } from "../store.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { Vocabulary } from "./_vocabulary.ts";

// Some fifty columns, maps and lists cost this before there is anything in them; measured with ten
// thousand namespaces of three facts.
const INDEX_OBJECTS_BYTES = 24_576;
// Beside the typed arrays: a fact's id, subject and tags, roughly.
const FACT_OBJECTS_BYTES = 110;
// The passages of one request share their unknown words, eight of each at most.
const SIMILAR_KEPT = 256;
// Facts that one walk over the vocabulary takes out.
const REMOVED_AT_ONCE = 1_024;
// Looks into postings without a pause: about a millisecond.
const LOOKS_AT_ONCE = 4_096;

/** Index of one namespace. */
export class TextIndex {
  readonly table = new FactTable();
  readonly boundMeans = new BoundMeans(this.table);
  readonly postings = new Postings((counts, slot) => this.boundMeans.countOf(counts, slot));
  readonly subjects = new SubjectGroups(this.postings);
  readonly forward = new ForwardTerms();
  readonly neighbours = new Neighbours(this.table);
  readonly recent = new RecentFacts(this.table);
  /** How often anything was put or removed since it was made. */
  changes = 0;
  readonly #vocabulary = new Vocabulary();
  readonly #similar = new SimilarWords(this.#vocabulary);
  // What was found since the last change, by word.
  readonly #similarFound = new Map<string, readonly SimilarWord[]>();
  #similarChanges = 0;
  readonly #tokenizer: Tokenizer;
  // Of the fact that was put last; many indexes are only read.
  #termCounts: TermCounts | undefined;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** Roughly the bytes of RAM it holds. */
  get bytes(): number {
    return INDEX_OBJECTS_BYTES + this.table.bytes + this.postings.bytes + this.subjects.bytes +
      this.forward.bytes +
      this.neighbours.bytes + this.recent.bytes + this.#similar.bytes +
      this.#vocabulary.bytes + this.table.length * FACT_OBJECTS_BYTES;
  }

  /** The number of a term, undefined when no fact holds it. */
  termOf(key: string): number | undefined {
    return this.#vocabulary.get(key);
  }

  /** Known words that are written much like one that no fact holds. */
  similarTo(key: string): readonly SimilarWord[] {
    if (this.#similarChanges !== this.changes || this.#similarFound.size >= SIMILAR_KEPT) {
      this.#similarFound.clear();
      this.#similarChanges = this.changes;
    }
    const known = this.#similarFound.get(key);
    if (known !== undefined) return known;
    const found = this.#similar.of(key);
    this.#similarFound.set(key, found);
    return found;
  }

  /** Gets ready for the words of a query that no fact holds; nothing to do for most queries. */
  *prepareFor(text: string): Steps<void> {
    const isMissing = this.#tokenizer.terms(text, "query").some(({ key, isStop }) =>
      !isStop && !this.#vocabulary.has(key) && this.#similar.isMissingFor(key)
    );
    if (isMissing) yield* this.#similar.prepare();
  }

  /** Takes over a row, new or changed; does nothing when it is known in this revision already. */
  put(row: FactRow): void {
    const known = this.table.slotOf(row.id);
    if (known !== undefined && this.table.revision(known) >= row.revision) return;
    this.changes++;
    if (known === undefined) {
      const slot = this.table.add(row);
      this.table.update(slot, row);
      this.subjects.add(slot, this.#addText(slot, row));
      this.forward.add(slot, this.#counts);
      this.neighbours.add(slot, row);
      this.recent.add(slot);
      this.table.marks[slot] = marksOf(row.body);
    } else {
      this.#change(known, row);
      this.recent.changed(known);
    }
  }

  /**
   * Takes a fact out as if it had never been there; false for an unknown one. `row` is the fact as it
   * was stored.
   */
  remove(id: string, row: FactRow): boolean {
    const slot = this.table.slotOf(id);
    if (slot === undefined) return false;
    this.changes++;
    for (const key of this.#keysIn({ ...row, tags: this.table.tags(slot) })) {
      const term = this.#vocabulary.get(key);
      // Somebody may be about to take the fact out without its text.
      const isHeld = term !== undefined && this.postings.counts(term, slot) !== 0;
      if (isHeld) this.#removePosting(key, term, slot);
    }
    this.#leave(slot);
    return true;
  }

  /**
   * The same for facts of which nothing but the id is known, because somebody else erased their texts:
   * the whole vocabulary is asked. The index may change meanwhile; until this ends it holds parts of them.
   */
  *removeUnknown(ids: readonly string[]): Steps<void> {
    for (let start = 0; start < ids.length; start += REMOVED_AT_ONCE) {
      yield* this.#removeSome(ids.slice(start, start + REMOVED_AT_ONCE));
    }
  }

  *#removeSome(ids: readonly string[]): Steps<void> {
    const slots = new Set(ids.flatMap((id) => this.table.slotOf(id) ?? []));
    let looks = 0;
    for (const [key, term] of this.#vocabulary) {
      for (const slot of slotsAmong(this.postings, term, slots)) {
        this.#removePosting(key, term, slot);
      }
      looks += 1 + Math.min(slots.size, this.postings.length(term));
      if (looks < LOOKS_AT_ONCE) continue;
      looks = 0;
      this.changes++;
      yield;
    }
    this.changes++;
    for (const id of ids) {
      const slot = this.table.slotOf(id);
      // One may have been taken out by whoever knew its text.
      if (slot === undefined) continue;
      this.#leave(slot);
    }
  }

  #leave(slot: number): void {
    this.neighbours.remove(slot);
    this.recent.remove(slot);
    this.table.remove(slot);
  }

  /** Writes everything to a snapshot; what it takes from the index must not change meanwhile. */
  *save(out: FieldWriter): Steps<void> {
    yield* this.table.save(out);
    this.boundMeans.save(out);
    yield* this.postings.save(out);
    this.subjects.save(out);
    this.forward.save(out, this.table.length);
    yield* this.neighbours.save(out);
    this.recent.save(out);
    yield* this.#vocabulary.save(out);
  }

  /** Takes over what `save` wrote; to be called on a new index. No text is taken apart again. */
  *load(from: FieldReader): Steps<void> {
    yield* this.table.load(from);
    this.boundMeans.load(from);
    yield* this.postings.load(from);
    this.subjects.load(from);
    this.forward.load(from);
    yield* this.neighbours.load(from);
    this.recent.load(from);
    this.#vocabulary.load(from);
  }

  // Subject and body of a fact never change; its tags may.
  #change(slot: number, row: FactRow): void {
    const oldTags = this.table.tags(slot);
    const isRetagged = oldTags.length !== row.tags.length ||
      oldTags.some((tag, at) => tag !== row.tags[at]);
    if (!isRetagged) return this.table.update(slot, row);
    const keys = this.#removeText(slot, { ...row, tags: oldTags });
    this.table.update(slot, row);
    this.#addText(slot, row);
    // Only now: the terms of subject and body keep their numbers, by which others know them.
    for (const key of keys) this.#forgetUnused(key);
  }

  // Returns the names of the subject.
  #addText(slot: number, row: FactRow): readonly number[] {
    const counts = this.#counts;
    counts.clear();
    const subject = this.#countField("subject", row.subject);
    const body = this.#countField("body", row.body);
    const tags = row.tags.length === 0 ? 0 : this.#countField("tags", row.tags.join("\n"));
    this.table.setLengths(slot, { subject, body, tags });
    const looser = this.boundMeans.follow();
    if (looser > 1) this.postings.scaleBounds(looser);
    // A date is like a tag, but lengthens nothing.
    for (const key of dateKeys(row)) this.#count("tags", key);
    const names: number[] = [];
    for (let place = 0; place < counts.size; place++) {
      const term = counts.terms[place] ?? 0;
      const packed = counts.packed[place] ?? 0;
      this.postings.add(term, slot, packed);
      if (isSubjectName(packed)) names.push(term);
    }
    return names;
  }

  get #counts(): TermCounts {
    return this.#termCounts ??= new TermCounts();
  }

  #keysIn(row: FactRow): ReadonlySet<string> {
    const keys = new Set(dateKeys(row));
    for (const text of [row.subject, row.body, row.tags.join("\n")]) {
      for (const term of this.#tokenizer.terms(text, "fact")) {
        keys.add(term.key);
        if (term.exactKey !== undefined) keys.add(term.exactKey);
      }
    }
    return keys;
  }

  #removePosting(key: string, term: number, slot: number): void {
    this.postings.remove(term, slot);
    this.#forgetUnused(key);
  }

  #removeText(slot: number, row: FactRow): ReadonlySet<string> {
    const keys = this.#keysIn(row);
    for (const key of keys) {
      const term = this.#vocabulary.get(key);
      if (term !== undefined) this.postings.remove(term, slot);
    }
    this.table.setLengths(slot, { subject: 0, body: 0, tags: 0 });
    return keys;
  }

  #forgetUnused(key: string): void {
    const term = this.#vocabulary.get(key);
    if (term === undefined || this.postings.length(term) > 0) return;
    this.postings.freeTerm(term);
    this.#vocabulary.delete(key);
  }

  // Returns the length of the field in terms; exact forms stand beside stems and do not lengthen it.
  #countField(field: Field, text: string): number {
    const terms = this.#tokenizer.terms(text, "fact");
    for (const term of terms) {
      const place = this.#count(field, term.key, term.isName);
      if (field !== "tags" && !term.isStop) this.#counts.countInText(place);
      if (term.exactKey !== undefined) this.#count(field, term.exactKey);
    }
    return terms.length;
  }

  // Returns the place of the term among the counts.
  #count(field: Field, key: string, isName = false): number {
    let term = this.#vocabulary.get(key);
    if (term === undefined) {
      term = this.postings.newTerm();
      this.#vocabulary.add(key, term);
      this.#similar.add(key);
    }
    const counts = this.#counts;
    const place = counts.placeOf(term);
    counts.packed[place] = countedOnce(counts.packed[place] ?? 0, field, isName);
    return place;
  }
}
