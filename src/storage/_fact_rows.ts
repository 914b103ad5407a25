// Between a row of the table `facts` and a FactRow. Columns are read in one fixed order.

import type { SQLOutputValue } from "node:sqlite";
import type { Confidence, FactKind } from "../memory/fact.ts";
import type { FactRow, FactState } from "../memory/store.ts";

/** The columns that `factOf` reads. */
export const FACT_COLUMNS =
  "namespace, id, kind, subject, body, tags, confidence, source, principal, client, " +
  "valid_from, valid_to, expires_at, recorded, state, superseded_by, needs_review, revision";

/** A row as node:sqlite gives it. */
export type RawRow = Readonly<Record<string, SQLOutputValue>>;

/** The fact in a row that has FACT_COLUMNS. */
export function factOf(row: RawRow): FactRow {
  return {
    namespace: String(row["namespace"]),
    id: String(row["id"]),
    // The three closed words are written by this program alone, checked before they are stored.
    kind: row["kind"] as FactKind,
    subject: String(row["subject"]),
    body: String(row["body"]),
    tags: tagsOf(String(row["tags"])),
    confidence: row["confidence"] as Confidence,
    ...optionalText("source", row["source"]),
    ...optionalText("principal", row["principal"]),
    ...optionalText("client", row["client"]),
    validFromMs: Number(row["valid_from"]),
    ...optionalTime("validToMs", row["valid_to"]),
    ...optionalTime("expiresAtMs", row["expires_at"]),
    recordedMs: Number(row["recorded"]),
    state: row["state"] as FactState,
    ...optionalText("supersededBy", row["superseded_by"]),
    needsReview: row["needs_review"] === 1,
    revision: Number(row["revision"]),
  };
}

/** The column `tags` for these tags. */
export function tagsText(tags: readonly string[]): string {
  return tags.length === 0 ? "[]" : JSON.stringify(tags);
}

function tagsOf(text: string): readonly string[] {
  // Written by tagsText alone.
  return text === "[]" ? [] : JSON.parse(text) as string[];
}

function optionalText<Name extends string>(name: Name, value: SQLOutputValue | undefined) {
  // A computed key of a type parameter is widened by the compiler.
  return (typeof value === "string" ? { [name]: value } : {}) as { readonly [N in Name]?: string };
}

function optionalTime<Name extends string>(name: Name, value: SQLOutputValue | undefined) {
  // As above.
  return (typeof value === "number" ? { [name]: value } : {}) as { readonly [N in Name]?: number };
}
