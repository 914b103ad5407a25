// The lines of a context: how a fact is written down, and how many lines a part may have. A line is
// whole when it fits, else its body is shortened around the words of the query.

import { estimateTokens, TOKEN_BYTES_MAX } from "../text/token_estimate.ts";
import type { ContextSection, ContextSectionName } from "../context.ts";
import type { Cutter } from "../excerpt.ts";
import type { FactRow } from "../store.ts";

/** What one line says; only its body may be shortened. */
export interface Entry {
  readonly before: string;
  readonly body: string;
  readonly after: string;
}

/** A part of a context. */
export interface Part extends ContextSection {
  readonly lines: readonly string[];
  /** Which of the entries they are, by place. */
  readonly kept: ReadonlySet<number>;
}

/** How to fill a part. */
export interface FillOptions {
  readonly name: ContextSectionName;
  readonly tokensMax: number;
  readonly cutterOf: (body: string) => Cutter;
  /** Of `tokensMax`, what one line may take; 1: a line may take all. */
  readonly lineShare?: number;
}

// With less a body says nothing any more.
const LINE_TOKENS_MIN = 24;
// One long fact must not push out all others; four make a part.
const LINE_SHARE = 0.25;
// A character that is a token by itself takes at least two bytes: a cut of so many for each token fits
// whatever the script.
const TOKEN_BYTES_MIN = 2;

/** As many of the entries as fit, in their order; one that does not fit is passed over. */
export function fill(entries: readonly Entry[], options: FillOptions): Part {
  const { name, tokensMax, cutterOf, lineShare = LINE_SHARE } = options;
  const lineTokensMax = Math.max(LINE_TOKENS_MIN, Math.floor(tokensMax * lineShare));
  const lines: string[] = [];
  let tokens = estimateTokens(headingOf(name)) + 1;
  const kept = new Set<number>();
  for (const [at, entry] of entries.entries()) {
    const line = lineOf(entry, lineTokensMax, cutterOf);
    const more = estimateTokens(line) + 1; // And the end of the line.
    if (tokens + more > tokensMax) continue;
    lines.push(line);
    kept.add(at);
    tokens += more;
  }
  const leftOut = entries.length - lines.length;
  const count = lines.length;
  return { name, lines, kept, entries: count, tokens: count === 0 ? 0 : tokens, leftOut };
}

/** All entries, whole; only where not even that may be, each gets the same share. */
export function fillWhole(entries: readonly Entry[], options: FillOptions): Part {
  const { name, tokensMax } = options;
  const lines = entries.map(({ before, body, after }) => before + indented(body) + after);
  const heading = entries.length === 0 ? 0 : estimateTokens(headingOf(name)) + 1;
  const tokens = lines.reduce((sum, line) => sum + estimateTokens(line) + 1, heading);
  if (tokens > tokensMax) return fill(entries, { ...options, lineShare: 1 / entries.length });
  return { name, lines, kept: new Set(lines.keys()), entries: lines.length, tokens, leftOut: 0 };
}

/** A part as text. */
export function textOf({ name, lines }: Part): string {
  return [headingOf(name), ...lines].join("\n");
}

/** The line of a fact with what is to be known about it. */
export function factEntry(row: FactRow, notes: readonly string[]): Entry {
  const after = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return { before: `- [${row.kind}] ${oneLine(row.subject)}: `, body: row.body, after };
}

/** A text without line breaks. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

const HEADINGS: Readonly<Record<ContextSectionName, string>> = {
  identity: "## Who you work for",
  constraints: "## What must always hold",
  skills: "## Procedures that suit",
  facts: "## What is known, the most relevant last",
  environment: "## Surroundings, the newest first",
  open_questions: "## Open questions",
};

function headingOf(name: ContextSectionName): string {
  return HEADINGS[name];
}

function lineOf(entry: Entry, tokensMax: number, cutterOf: (body: string) => Cutter): string {
  const { before, body, after } = entry;
  const whole = before + indented(body) + after;
  if (estimateTokens(whole) <= tokensMax) return whole;
  const room = Math.max(0, tokensMax - estimateTokens(before + after) - 1);
  const cut = cutterOf(body);
  const generous = indented(cut(room * TOKEN_BYTES_MAX).text);
  const fits = estimateTokens(generous) <= room;
  return before + (fits ? generous : indented(cut(room * TOKEN_BYTES_MIN).text)) + after;
}

// No line of a body begins where a heading or an entry would, so a body cannot pass for either.
function indented(body: string): string {
  return body.trim().replace(/\r\n?|[\n\u2028\u2029]/g, "\n  ");
}
