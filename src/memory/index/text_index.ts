// The text of one namespace's facts: vocabulary, postings, columns. Every fact is in it, superseded
// ones too, so that its statistics follow from the rows alone and not from when it was loaded.

import { atOnce, type Steps } from "../../base/in_turns.ts";
import { invariant } from "../../base/errors.ts";
import { BoundMeans, isSubjectName } from "./bm25.ts";
import { FactText } from "./_fact_text.ts";
import { FactTable, type FieldLengths } from "./fact_table.ts";
import { ForwardTerms } from "./_forward.ts";
import { Neighbours } from "./_neighbours.ts";
import { RecentFacts } from "./recent_facts.ts";
import { Postings } from "./postings.ts";
import { marksOf } from "../text/question.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";
import { type SimilarWord, SimilarWords } from "./similar_words.ts";
import { slotsAmong } from "./_slots_among.ts";
import { SubjectGroups } from "./_subject_groups.ts";
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
// Of one fact, likewise.
const POSTINGS_AT_ONCE = 1_024;

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
  /** False while a fact is put or removed in steps, of which the index then holds a part. */
  isWhole = true;
  readonly #vocabulary = new Vocabulary();
  readonly #similar = new SimilarWords(this.#vocabulary);
  // What was found since the last change, by word.
  readonly #similarFound = new Map<string, readonly SimilarWord[]>();
  #similarChanges = 0;
  readonly #tokenizer: Tokenizer;
  readonly #text: FactText;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
    const [vocabulary, similar, postings] = [this.#vocabulary, this.#similar, this.postings];
    this.#text = new FactText({ tokenizer, vocabulary, similar, postings });
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
    atOnce(this.putInSteps(row));
  }

  /** The same for a text of any length; nothing else may be put or removed until this ends. */
  *putInSteps(row: FactRow): Steps<void> {
    const known = this.table.slotOf(row.id);
    if (known !== undefined && this.table.revision(known) >= row.revision) return;
    yield* this.#asOne(known === undefined ? this.#add(row) : this.#change(known, row));
  }

  /**
   * Takes a fact out as if it had never been there; false for an unknown one. `row` is the fact as it
   * was stored.
   */
  remove(id: string, row: FactRow): boolean {
    return atOnce(this.removeInSteps(id, row));
  }

  /** The same for a text of any length; nothing else may be put or removed until this ends. */
  *removeInSteps(id: string, row: FactRow): Steps<boolean> {
    const slot = this.table.slotOf(id);
    if (slot === undefined) return false;
    yield* this.#asOne(this.#remove(slot, row));
    return true;
  }

  /**
   * The same for facts of which nothing but the id is known, because somebody else erased their texts:
   * the whole vocabulary is asked. The index may change meanwhile; until this ends it holds parts of them.
   */
  *removeUnknown(ids: readonly string[]): Steps<void> {
    for (let start = 0; start < ids.length; start += REMOVED_AT_ONCE) {
      yield* this.#asOne(this.#removeSome(ids.slice(start, start + REMOVED_AT_ONCE)));
    }
  }

  // Terms that two pieces of work know by their numbers must not change hands between them.
  *#asOne(work: Steps<void>): Steps<void> {
    invariant(this.isWhole, "an index is changed by one piece of work at a time");
    this.isWhole = false;
    this.changes++;
    try {
      yield* work;
    } finally {
      this.isWhole = true;
      this.changes++;
    }
  }

  *#add(row: FactRow): Steps<void> {
    const lengths = yield* this.#text.count(row);
    const slot = this.table.add(row);
    this.table.update(slot, row);
    this.subjects.add(slot, yield* this.#addText(slot, lengths));
    this.forward.add(slot, this.#text.counts);
    this.neighbours.add(slot, row);
    this.recent.add(slot);
    this.table.marks[slot] = marksOf(row.body);
  }

  *#remove(slot: number, row: FactRow): Steps<void> {
    const keys = yield* this.#text.keysIn({ ...row, tags: this.table.tags(slot) });
    yield* eachInTurns(keys, (key) => {
      const term = this.#vocabulary.get(key);
      if (term === undefined) return;
      this.postings.remove(term, slot);
      this.#forgetUnused(key);
    });
    this.#leave(slot);
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
  *#change(slot: number, row: FactRow): Steps<void> {
    const oldTags = this.table.tags(slot);
    const isRetagged = oldTags.length !== row.tags.length ||
      oldTags.some((tag, at) => tag !== row.tags[at]);
    if (isRetagged) {
      const keys = yield* this.#removeText(slot, { ...row, tags: oldTags });
      const lengths = yield* this.#text.count(row);
      yield* this.#addText(slot, lengths);
      // Only now: the terms of subject and body keep their numbers, by which others know them.
      yield* eachInTurns(keys, (key) => this.#forgetUnused(key));
    }
    this.table.update(slot, row);
    this.recent.changed(slot);
  }

  // Takes in the text that was counted; returns the names of the subject.
  *#addText(slot: number, lengths: FieldLengths): Steps<readonly number[]> {
    this.table.setLengths(slot, lengths);
    const looser = this.boundMeans.follow();
    if (looser > 1) this.postings.scaleBounds(looser);
    const counts = this.#text.counts;
    const names: number[] = [];
    for (let place = 0; place < counts.size; place++) {
      const term = counts.terms[place] ?? 0;
      const packed = counts.packed[place] ?? 0;
      this.postings.add(term, slot, packed);
      if (isSubjectName(packed)) names.push(term);
      if (place % POSTINGS_AT_ONCE === POSTINGS_AT_ONCE - 1) yield;
    }
    return names;
  }

  #removePosting(key: string, term: number, slot: number): void {
    this.postings.remove(term, slot);
    this.#forgetUnused(key);
  }

  *#removeText(slot: number, row: FactRow): Steps<ReadonlySet<string>> {
    const keys = yield* this.#text.keysIn(row);
    yield* eachInTurns(keys, (key) => {
      const term = this.#vocabulary.get(key);
      if (term !== undefined) this.postings.remove(term, slot);
    });
    this.table.setLengths(slot, { subject: 0, body: 0, tags: 0 });
    return keys;
  }

  #forgetUnused(key: string): void {
    const term = this.#vocabulary.get(key);
    if (term === undefined || this.postings.length(term) > 0) return;
    this.postings.freeTerm(term);
    this.#vocabulary.delete(key);
  }
}

// For each key of one fact.
function* eachInTurns(keys: ReadonlySet<string>, change: (key: string) => void): Steps<void> {
  let changed = 0;
  for (const key of keys) {
    change(key);
    if (++changed % POSTINGS_AT_ONCE === 0) yield;
  }
}
