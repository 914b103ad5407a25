// BM25 over fields (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
// Beyond", 2009, section 3.6):
//
//   weight(t)   = ln(1 + (N - n + 0.5) / (n + 0.5))            N facts, n of them with the term
//   count(t, d) = Σ fields  boost · tf / (1 - b + b · length / mean length)
//   score(t, d) = weight · count / (K + count)                  below weight, however often it occurs
//
// so the best score a query can reach is the sum of its weights.

import type { FactTable } from "./fact_table.ts";
import { naturalLog } from "./logarithm.ts";
import type { FieldReader, FieldWriter } from "../snapshot/snapshot_fields.ts";

/** How soon more of the same word stops counting; 1.2 is the value the literature settled on. */
const SATURATION = 1.2;
/** A subject is chosen to say what the fact is about, a tag likewise but loosely. */
const SUBJECT_BOOST = 2;
const TAGS_BOOST = 1;
/** How far a long field counts less: bodies differ much in length, subjects and tags little. */
const BODY_LENGTH_SHARE = 0.75;
const SUBJECT_LENGTH_SHARE = 0.4;
const TAGS_LENGTH_SHARE = 0.4;

// A posting's counts in one 32-bit number: 16 bits body, 6 bits tags, 8 bits subject, and one bit
// that the term is a name in the subject. Counts stop at the largest number that fits.
const BODY_MAX = 0xffff;
const TAGS_SHIFT = 16;
const TAGS_MAX = 0x3f;
const SUBJECT_SHIFT = 22;
const SUBJECT_MAX = 0xff;
const NAME_BIT = 1 << 30;

/** The fields of a fact. */
export type Field = "subject" | "body" | "tags";

/** `counts` with one more occurrence in `field`. */
export function countedOnce(counts: number, field: Field, isName: boolean): number {
  if (field === "body") return (counts & BODY_MAX) < BODY_MAX ? counts + 1 : counts;
  if (field === "tags") {
    return ((counts >>> TAGS_SHIFT) & TAGS_MAX) < TAGS_MAX ? counts + (1 << TAGS_SHIFT) : counts;
  }
  const named = isName ? counts | NAME_BIT : counts;
  const isFull = ((named >>> SUBJECT_SHIFT) & SUBJECT_MAX) === SUBJECT_MAX;
  return isFull ? named : named + (1 << SUBJECT_SHIFT);
}

/** True when the term is a name in the subject. */
export function isSubjectName(counts: number): boolean {
  return (counts & NAME_BIT) !== 0;
}

/** True when the term occurs in the subject. */
export function isInSubject(counts: number): boolean {
  return ((counts >>> SUBJECT_SHIFT) & SUBJECT_MAX) > 0;
}

/** How much a term says: rare terms say more. */
export function termWeight(facts: number, factsWithTerm: number): number {
  return naturalLog(1 + (facts - factsWithTerm + 0.5) / (factsWithTerm + 0.5));
}

/** Of a fact: how often it holds a term, by field and in relation to the fields' lengths. */
export type CountOf = (counts: number, slot: number) => number;

/** The share of a term's weight that a fact with this count earns, 0 to 1. */
export function saturated(count: number): number {
  return count / (SATURATION + count);
}

/** Counts by the mean lengths as they are now. */
export function countOver(table: FactTable): CountOf {
  return countBy(table, factorsOf(table));
}

// Moving the bounds looks at every block, so it waits until they are off by as much.
const DRIFT_MAX = 1.05;

/**
 * The mean lengths that the bounds of the postings refer to. A bound is compared with counts by the
 * means of now: while these have moved little, a factor makes up for it; then all bounds move on.
 */
export class BoundMeans {
  readonly #table: FactTable;
  #factors: Factors;
  #columns: FactTable["bodyWords"];
  #count: CountOf;

  constructor(table: FactTable) {
    this.#table = table;
    this.#factors = boundFactorsOf(table);
    this.#columns = table.bodyWords;
    this.#count = countBy(table, this.#factors);
  }

  /** No less than the count of a fact by these means. */
  countOf(counts: number, slot: number): number {
    return this.#count(counts, slot);
  }

  /** By how much a count by the means of now may be above its bound, at least 1. */
  slack(): number {
    return slackBetween(this.#factors, boundFactorsOf(this.#table));
  }

  /** Writes the means to a snapshot. */
  save(out: FieldWriter): void {
    out.numbers([this.#factors.body, this.#factors.subject, this.#factors.tags]);
  }

  /** Takes over what `save` wrote, once the table is loaded. */
  load(from: FieldReader): void {
    const [body = 0, subject = 0, tags = 0] = from.numbers();
    this.#factors = { body, subject, tags };
    this.#columns = this.#table.bodyWords;
    this.#count = countBy(this.#table, this.#factors);
  }

  /** To be called after the lengths have changed; returns by how much all bounds must grow. */
  follow(): number {
    const factors = boundFactorsOf(this.#table);
    const slack = slackBetween(this.#factors, factors);
    const isFar = slack > DRIFT_MAX || slackBetween(factors, this.#factors) > DRIFT_MAX;
    if (!isFar && this.#columns === this.#table.bodyWords) return 1;
    if (isFar) this.#factors = factors;
    this.#columns = this.#table.bodyWords;
    this.#count = countBy(this.#table, this.#factors);
    return isFar ? slack : 1;
  }
}

// Per word of a field: its share of the length that counts, in units of the mean length.
interface Factors {
  readonly body: number;
  readonly subject: number;
  readonly tags: number;
}

function factorsOf({ facts, totals }: FactTable): Factors {
  const count = Math.max(1, facts);
  return {
    body: BODY_LENGTH_SHARE * count / Math.max(1, totals.body),
    subject: SUBJECT_LENGTH_SHARE * count / Math.max(1, totals.subject),
    tags: TAGS_LENGTH_SHARE * count / Math.max(1, totals.tags),
  };
}

// Tags as if they had no length: a memory may go without them for long, and the first of them must not
// move the bounds of everything else.
function boundFactorsOf(table: FactTable): Factors {
  return { ...factorsOf(table), tags: 0 };
}

// A field counts tf / (1 - b + factor · length): by a smaller factor at most as much more as the factor
// is smaller, by a larger one less.
function slackBetween(from: Factors, to: Factors): number {
  return Math.max(1, from.body / to.body, from.subject / to.subject);
}

function countBy(table: FactTable, factors: Factors): CountOf {
  const { body: bodyFactor, subject: subjectFactor, tags: tagsFactor } = factors;
  const { bodyWords, subjectWords, tagWords } = table;
  return (counts, slot) => {
    const body = counts & BODY_MAX;
    let count = body === 0
      ? 0
      : body / (1 - BODY_LENGTH_SHARE + bodyFactor * (bodyWords[slot] ?? 0));
    if (counts > BODY_MAX) {
      const tags = (counts >>> TAGS_SHIFT) & TAGS_MAX;
      const subject = (counts >>> SUBJECT_SHIFT) & SUBJECT_MAX;
      count += TAGS_BOOST * tags / (1 - TAGS_LENGTH_SHARE + tagsFactor * (tagWords[slot] ?? 0));
      count += SUBJECT_BOOST * subject /
        (1 - SUBJECT_LENGTH_SHARE + subjectFactor * (subjectWords[slot] ?? 0));
    }
    return count;
  };
}
