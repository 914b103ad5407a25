// What a context cannot say and should: words of the query that no fact holds, matters with more than
// one current answer, and facts whose ground has moved.

import { type Entry, oneLine } from "./_context_lines.ts";
import type { FactRow } from "../store.ts";

/** What the questions are about. */
export interface Doubts {
  /** Words of the query that no fact holds. */
  readonly unknownWords: readonly string[];
  /** The facts that are shown as current. */
  readonly rows: readonly FactRow[];
}

// A few to think about; a long list would be read as noise.
const QUESTIONS_MAX = 8;
const WORDS_MAX = 8;

/** The questions, each a line. */
export function openQuestions({ unknownWords, rows }: Doubts): readonly Entry[] {
  const questions: string[] = [];
  if (unknownWords.length > 0) {
    questions.push(`Nothing is known about: ${unknownWords.slice(0, WORDS_MAX).join(", ")}`);
  }
  const counts = new Map<string, number>();
  for (const { subject } of rows) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  for (const [subject, count] of counts) {
    if (count < 2) continue;
    questions.push(`Which of the ${count} facts on "${oneLine(subject)}" holds?`);
  }
  for (const { subject, needsReview } of rows) {
    if (!needsReview) continue;
    questions.push(`Does "${oneLine(subject)}" still hold? What it builds on has changed`);
  }
  return questions.slice(0, QUESTIONS_MAX)
    .map((question) => ({ before: "- ", body: question, after: "" }));
}
