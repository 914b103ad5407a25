// Assembles a context in six parts: identity, constraints, skills, facts, environment, open questions.
// Identity and constraints are whole whatever the budget says; what they leave is shared among the
// others by the class of the query, and what a part does not use is left to the facts.

import { refusedField } from "../../base/text_fields.ts";
import { budgetFor, classOf, sharesOf, TOKENS_STANDARD } from "./_context_budget.ts";
import {
  type Entry,
  factEntry,
  fill,
  type FillOptions,
  fillWhole,
  oneLine,
  type Part,
  textOf,
} from "./_context_lines.ts";
import { openQuestions } from "./_open_questions.ts";
import type { RankedFact, Reading } from "./reading.ts";
import { estimateTokens, TOKEN_BYTES_MAX } from "../text/token_estimate.ts";
import { hasEnded } from "../_validity.ts";
import type { Context, ContextRequest, ContextSkill } from "../context.ts";
import { createExcerpts } from "../excerpt.ts";
import type { FactKind } from "../fact.ts";
import type { FactRow } from "../store.ts";

// Rows read of each role. Constraints are not cut by the budget, so this is what bounds them.
const IDENTITIES_MAX = 50;
const CONSTRAINTS_MAX = 1_000;
const ENVIRONMENTS_MAX = 5;
const SKILLS_MAX = 6;
// More facts than the budget has room for, so that it is the budget that decides; a sum wants all.
const FACTS_MAX = 64;
const FACTS_TO_SUM_MAX = 200;
// What has ended is told beside what holds, not instead of it.
const PAST_MAX = 5;
const PAST_EXAMINED_MAX = 32;
const CHANGED_FROM_CHARS = 120;
const VERSIONS_EXAMINED_MAX = 16;

// The others have parts of their own.
const FACT_PART_KINDS: readonly FactKind[] = [
  ...["pattern", "preference", "decision"] as const,
  ...["conclusion", "knowledge", "procedural"] as const,
];

/** The context for a request; throws `invalid_argument`. */
export function buildContext(reading: Reading, request: ContextRequest): Context {
  const { query, mode = "full" } = request;
  const hardMax = hardMaxOf(request);
  const budget = Math.min(budgetOf(request), hardMax);
  const { tokenizer } = reading;
  const cutterOf = createExcerpts({ queryText: query, tokenizer });
  const shown = new Set<string>();
  const take = (role: "identity" | "constraint" | "environment", limit: number) => {
    const { namespace, nowMs: atMs } = reading;
    const rows = reading.store.alwaysShown({ namespace, role, atMs }, limit)
      .filter(({ id }) => !shown.has(id));
    for (const { id } of rows) shown.add(id);
    return rows;
  };
  const whole = (name: "identity" | "constraints", rows: readonly FactRow[], tokensMax: number) =>
    fillWhole(rows.map((row) => factEntry(row, notesOf(row, reading.nowMs))), {
      name,
      tokensMax,
      cutterOf,
    });
  const identity = whole("identity", take("identity", IDENTITIES_MAX), hardMax);
  const constraints = whole(
    "constraints",
    take("constraint", CONSTRAINTS_MAX),
    hardMax - identity.tokens,
  );
  const rest = Math.max(0, budget - identity.tokens - constraints.tokens);
  const shares = sharesOf(classOf(query));
  const options = (name: FillOptions["name"], tokensMax: number): FillOptions => ({
    name,
    tokensMax: Math.floor(tokensMax),
    cutterOf,
  });
  const skills = fill(
    mode === "fast" ? [] : skillEntries(request.skills ?? []),
    options("skills", rest * shares.skills),
  );
  const environment = fill(
    take("environment", ENVIRONMENTS_MAX).map((row) => factEntry(row, notesOf(row, reading.nowMs))),
    options("environment", rest * shares.environment),
  );
  const room = rest * (1 - shares.frame) - skills.tokens - environment.tokens;
  const { facts, rows } = factsPart(reading, {
    request,
    shown,
    fillOptions: options("facts", room),
  });
  const left = rest - skills.tokens - environment.tokens - facts.tokens;
  const questions = fill(
    openQuestions({ unknownWords: reading.unknownWords(query), rows }),
    options("open_questions", left),
  );
  return contextOf([identity, constraints, skills, facts, environment, questions]);
}

function contextOf(parts: readonly Part[]): Context {
  const filled = parts.filter((part) => part.entries > 0 || part.leftOut > 0);
  const text = filled.filter((part) => part.entries > 0).map(textOf).join("\n\n");
  const sections = filled.map(({ name, entries, tokens, leftOut }) => ({
    name,
    entries,
    tokens,
    leftOut,
  }));
  return { text, tokens: estimateTokens(text), sections };
}

interface FactsPartOptions {
  readonly request: ContextRequest;
  /** Ids of facts that stand in another part. */
  readonly shown: ReadonlySet<string>;
  readonly fillOptions: FillOptions;
}

// The best are taken first and stand last; what has ended comes after them and stands before them.
function factsPart(
  reading: Reading,
  { request, shown, fillOptions }: FactsPartOptions,
): { readonly facts: Part; readonly rows: readonly FactRow[] } {
  const { query, mode } = request;
  const isFast = mode === "fast";
  const isSum = classOf(query) === "aggregation";
  const current = reading.rank({
    text: query,
    k: isSum ? FACTS_TO_SUM_MAX : FACTS_MAX,
    kinds: FACT_PART_KINDS,
    isTextOnly: isFast,
  }).filter(({ row }) => !shown.has(row.id));
  const past = isFast ? [] : pastOf(reading, query);
  const entries = [
    ...current.map(({ row }) =>
      factEntry(row, notesOf(row, reading.nowMs, isFast ? undefined : reading))
    ),
    ...past.map(({ row }) => factEntry(row, notesOf(row, reading.nowMs))),
  ];
  const part = fill(entries, fillOptions);
  const rows = current.map(({ row }) => row).filter((_, at) => part.kept.has(at));
  return { facts: { ...part, lines: part.lines.toReversed() }, rows };
}

// What matches and does not hold any more: expired facts, and conclusions that lost a premise. What
// was superseded is told with the fact that took its place.
function pastOf({ rank, nowMs }: Reading, query: string): readonly RankedFact[] {
  if (query.trim() === "") return [];
  return rank({
    text: query,
    k: PAST_EXAMINED_MAX,
    kinds: FACT_PART_KINDS,
    includeSuperseded: true,
  }).filter(({ row }) => row.state !== "superseded" && hasEnded(row, nowMs)).slice(0, PAST_MAX);
}

function notesOf(row: FactRow, nowMs: number, reading?: Reading): readonly string[] {
  const notes: string[] = [];
  if (row.validFromMs !== row.recordedMs) notes.push(`as of ${dateOf(row.validFromMs)}`);
  if (row.confidence === "low") notes.push("low confidence");
  if (row.expiresAtMs !== undefined) notes.push(`expires ${dateOf(row.expiresAtMs)}`);
  if (row.state !== "live") {
    const { validToMs = row.validFromMs } = row;
    notes.push(
      hasEnded(row, nowMs) ? "outdated: it lost a premise" : `holds until ${dateOf(validToMs)}`,
    );
  }
  if (row.needsReview) notes.push("to be reviewed");
  const before = reading === undefined ? undefined : supersededBy(reading, row);
  if (before !== undefined) notes.push(`changed from: ${startOf(before.body)}`);
  return notes;
}

// The newest of what the fact took the place of.
function supersededBy({ namespace, store }: Reading, { id }: FactRow): FactRow | undefined {
  const ids = store.supersessions(namespace, id, VERSIONS_EXAMINED_MAX);
  return store.facts(namespace, ids)
    .filter((row) => row?.supersededBy === id)
    .reduce(
      (newest, row) =>
        newest === undefined || (row?.validFromMs ?? 0) > newest.validFromMs ? row : newest,
      undefined,
    );
}

function skillEntries(skills: readonly ContextSkill[]): readonly Entry[] {
  return skills.slice(0, SKILLS_MAX).map(({ name, description = "" }) => ({
    before: `- ${oneLine(name)}${description === "" ? "" : ": "}`,
    body: description,
    after: "",
  }));
}

function budgetOf({ maxTokens, windowTokens }: ContextRequest): number {
  for (const [name, tokens] of [["max_tokens", maxTokens], ["window", windowTokens]] as const) {
    if (tokens !== undefined && !(Number.isSafeInteger(tokens) && tokens > 0)) {
      throw refusedField(name, `is ${tokens}`, "a whole number above zero");
    }
  }
  return maxTokens ?? (windowTokens === undefined ? TOKENS_STANDARD : budgetFor(windowTokens));
}

// No token stands for more bytes, so what keeps to this keeps to the bytes.
function hardMaxOf({ bytesMax = Infinity }: ContextRequest): number {
  return Math.floor(bytesMax / TOKEN_BYTES_MAX);
}

function startOf(body: string): string {
  const text = oneLine(body);
  const chars = [...text.slice(0, 2 * CHANGED_FROM_CHARS)];
  const isWhole = chars.length <= CHANGED_FROM_CHARS && text.length <= 2 * CHANGED_FROM_CHARS;
  return JSON.stringify(isWhole ? text : `${chars.slice(0, CHANGED_FROM_CHARS).join("")}…`);
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().replace(/T.*/, "");
}
