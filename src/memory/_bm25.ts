// BM25 over fields (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
// Beyond", 2009, section 3.6):
//
//   weight(t)   = ln(1 + (N - n + 0.5) / (n + 0.5))            N facts, n of them with the term
//   count(t, d) = Σ fields  boost · tf / (1 - b + b · length / mean length)
//   score(t, d) = weight · count / (K + count)                  below weight, however often it occurs
//
// so the best score a query can reach is the sum of its weights.

import type { FactTable } from "./_fact_table.ts";
import { naturalLog } from "./_logarithm.ts";

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

/** The share of a term's weight that a fact earns, 0 to 1. */
export type Saturation = (counts: number, slot: number) => number;

/** Reads the mean lengths once, for one query. */
export function saturationOver(table: FactTable): Saturation {
  const facts = Math.max(1, table.length);
  const bodyFactor = BODY_LENGTH_SHARE * facts / Math.max(1, table.totals.body);
  const subjectFactor = SUBJECT_LENGTH_SHARE * facts / Math.max(1, table.totals.subject);
  const tagsFactor = TAGS_LENGTH_SHARE * facts / Math.max(1, table.totals.tags);
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
    return count / (SATURATION + count);
  };
}
