// Decides whether an agent is to be reminded of something, and of what. Nothing is written here: the
// engine counts a reminder that it gives, an evaluation gives none.

import { checkBytes, checkEntries, refusedField } from "../../base/text_fields.ts";
import { neededScore, scoreOf } from "./_intervention_score.ts";
import type { RankedFact, Reading } from "./reading.ts";
import type { FactKind } from "../fact.ts";
import type { Bank, Candidate, Intervention, InterventionRequest } from "../intervention.ts";

/** The candidates and the decision on them. */
export interface Weighing {
  /** Best first. */
  readonly candidates: readonly Candidate[];
  readonly decision: Intervention;
}

const BANK_KINDS: readonly FactKind[] = ["knowledge", "procedural", "constraint", "decision"];
const CANDIDATES_STANDARD = 8;
const CANDIDATES_MAX = 32;
const RECENT_MAX = 32;
const SCORE_STEPS = 10_000; // Four decimals.

// A long text has few words in common with any one fact, so recent texts are looked up by their last
// lines: an error is one line, and mostly the last.
const PASSAGES_MAX = 8;
const PASSAGE_CHARS_MAX = 256;
const PASSAGES_OF_TEXT_MAX = 3;
const PASSAGE_END = /[\n\u2028\u2029]+|[.!?]\s+/;
/** What was said before the last text matters less, and what was before that still less. */
const AGE_FACTOR = 0.8;

/** Gets the namespace ready for a look with this text, in turns with other calls. */
export type Ready = (queryText: string) => Promise<void>;

/** Weighs what the bank holds for a request, in turns with other calls; throws `invalid_argument`. */
export async function weigh(
  reading: Reading,
  request: InterventionRequest,
  ready: Ready,
): Promise<Weighing> {
  checkRequest(reading, request);
  const { trigger = {}, force = false } = request;
  const found = await candidatesOf(reading, request, ready);
  const bank = bankOf(reading);
  const [best] = found;
  const count = found.length;
  const silent = (reason: string): Weighing => ({
    candidates: found,
    decision: { decision: "silent", reason, candidates: count, bank },
  });
  if (best === undefined) return silent(reasonForNone(bank, request));
  const needed = rounded(neededScore(trigger));
  if (!force && best.score < needed) {
    return silent(`the best match is too weak: ${best.score}, needed ${needed}`);
  }
  const selected = { ...best, timesReminded: best.timesReminded + 1 };
  return { candidates: found, decision: { decision: "inject", selected, candidates: count, bank } };
}

function reasonForNone(bank: Bank, { query = "", recent = [] }: InterventionRequest): string {
  if (BANK_KINDS.every((kind) => bank[kind as keyof Bank] === 0)) return "the bank is empty";
  const isAsked = query.trim() !== "" || recent.some((text) => text.trim() !== "");
  return isAsked ? "nothing new in the bank matches" : "neither a query nor recent texts are given";
}

function checkRequest({ limits }: Reading, request: InterventionRequest): void {
  const { query = "", recent = [], trigger = {}, maxCandidates = CANDIDATES_STANDARD } = request;
  checkBytes("query", query, limits.queryBytesMax);
  checkEntries("recent", recent, RECENT_MAX);
  for (const [at, text] of recent.entries()) {
    checkBytes(`recent[${at}]`, text, limits.queryBytesMax);
  }
  const { repeatedFailures = 0 } = trigger;
  if (!Number.isInteger(repeatedFailures) || repeatedFailures < 0) {
    throw refusedField("repeated_failures", `is ${repeatedFailures}`, "a whole number from 0");
  }
  if (
    !Number.isInteger(maxCandidates) || maxCandidates < 1 || maxCandidates > CANDIDATES_MAX
  ) {
    const allowed = `a whole number from 1 to ${CANDIDATES_MAX}`;
    throw refusedField("max_candidates", `is ${maxCandidates}`, allowed);
  }
}

function bankOf({ store, namespace, nowMs }: Reading): Bank {
  const count = (kind: FactKind) => store.countOfBank({ namespace, kind, atMs: nowMs });
  return {
    knowledge: count("knowledge"),
    procedural: count("procedural"),
    constraint: count("constraint"),
    decision: count("decision"),
    status: store.status(namespace) !== undefined,
  };
}

// What stands in a recent text already is no candidate: the agent has it before its eyes.
async function candidatesOf(
  reading: Reading,
  request: InterventionRequest,
  ready: Ready,
): Promise<readonly Candidate[]> {
  const { query = "", recent = [], trigger = {}, maxCandidates = CANDIDATES_STANDARD } = request;
  const relevant = new Map<string, RankedFact>();
  for (const { text, factor } of [{ text: query, factor: 1 }, ...passagesOf(recent)]) {
    if (text.trim() === "") continue;
    await ready(text);
    for (const found of reading.rank({ text, k: CANDIDATES_MAX, kinds: BANK_KINDS })) {
      const activation = found.activation * factor;
      const known = relevant.get(found.row.id);
      if (known !== undefined && known.activation >= activation) continue;
      relevant.set(found.row.id, { ...found, activation });
    }
  }
  const inView = recent.map(plain);
  const fresh = [...relevant.values()]
    .filter(({ row }) => !inView.some((text) => text.includes(plain(row.body))));
  const counts = reading.store.reminders(reading.namespace, fresh.map(({ row }) => row.id));
  return fresh.map(({ row, activation, why }, at): Candidate => {
    const { id, subject, body, kind } = row;
    const timesReminded = counts[at] ?? 0;
    const score = rounded(scoreOf({ row, relevance: activation, timesReminded }, trigger));
    return { id, subject, body, kind, score, why, timesReminded };
  }).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, maxCandidates);
}

function passagesOf(recent: readonly string[]): readonly { text: string; factor: number }[] {
  return recent.toReversed().flatMap((text, age) =>
    text.split(PASSAGE_END).filter((passage) => passage.trim() !== "")
      .slice(-PASSAGES_OF_TEXT_MAX).toReversed()
      .map((passage) => ({
        text: passage.slice(-PASSAGE_CHARS_MAX).toWellFormed(),
        factor: AGE_FACTOR ** (age + 1),
      }))
  ).slice(0, PASSAGES_MAX);
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim().toLowerCase();
}

function rounded(score: number): number {
  return Math.round(score * SCORE_STEPS) / SCORE_STEPS;
}
