// Between a row of the table `facts` and a FactRow. Columns are read in one fixed order.

import type { SQLOutputValue } from "node:sqlite";
import { given } from "../base/given.ts";
import type { Confidence, FactKind } from "../memory/fact.ts";
import type { FactRow, FactState } from "../memory/store.ts";
import { numberIn, textIn } from "./_columns.ts";

/** The columns that `factOf` reads. */
export const FACT_COLUMNS =
  "namespace, id, kind, subject, body, tags, confidence, source, principal, client, " +
  "valid_from, valid_to, expires_at, recorded, state, superseded_by, needs_review, is_constraint, revision";

/** A row as node:sqlite gives it. */
export type RawRow = Readonly<Record<string, SQLOutputValue>>;

/** The fact in a row that has FACT_COLUMNS. */
export function factOf(row: RawRow): FactRow {
  return {
    namespace: String(row["namespace"]),
    id: String(row["id"]),
    // One of the known words: checked before it is stored, and nobody else writes.
    kind: row["kind"] as FactKind,
    subject: String(row["subject"]),
    body: String(row["body"]),
    tags: tagsIn(String(row["tags"])),
    // As the kind.
    confidence: row["confidence"] as Confidence,
    ...given("source", textIn(row["source"])),
    ...given("principal", textIn(row["principal"])),
    ...given("client", textIn(row["client"])),
    validFromMs: Number(row["valid_from"]),
    ...given("validToMs", numberIn(row["valid_to"])),
    ...given("expiresAtMs", numberIn(row["expires_at"])),
    recordedMs: Number(row["recorded"]),
    // One of the three words; nothing else is ever written.
    state: row["state"] as FactState,
    ...given("supersededBy", textIn(row["superseded_by"])),
    needsReview: row["needs_review"] === 1,
    isConstraint: row["is_constraint"] === 1,
    revision: Number(row["revision"]),
  };
}

/** The column `tags` for these tags. */
export function tagsText(tags: readonly string[]): string {
  return tags.length === 0 ? "[]" : JSON.stringify(tags);
}

/** The tags in the column `tags`. */
export function tagsIn(text: string): readonly string[] {
  // Written by tagsText alone.
  return text === "[]" ? [] : JSON.parse(text) as string[];
}
