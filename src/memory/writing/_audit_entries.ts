// What a write of facts did, as entries of the audit: one for each fact that came, ended or went. Marks for
// review are consequences that change nothing a fact says; they are not noted.

import type { AuditEntry } from "../audit_log.ts";
import type { FactRow } from "../store.ts";
import type { AdditionOutcome } from "./_add_fact.ts";
import type { ErasingOutcome } from "./_erase.ts";

/** The entries of an added fact, itself first. */
export function entriesOfAddition(
  namespace: string,
  { added, rows, revision }: AdditionOutcome,
): readonly AuditEntry[] {
  const { id, kind, created } = added;
  const self = { action: created ? "added" as const : "repeated" as const };
  // A fact that was told late may have come with an end; one that was told again mostly had it before.
  const hasEnd = created || added.invalidated.includes(id);
  const ended = rows.filter((row) => row.id !== id || hasEnd);
  return [
    { ...self, namespace, kind, name: id, revision },
    ...entriesOfEnds(ended, { cause: id, revision }),
  ];
}

/** The entries of an erased fact or status, itself first; none when there was nothing. */
export function entriesOfErasing(
  namespace: string,
  { deleted, rows, revision }: ErasingOutcome,
): readonly AuditEntry[] {
  const { id, kind } = deleted;
  if (!deleted.deleted || kind === undefined) return [];
  return [
    { action: "erased", namespace, kind, name: id, revision },
    ...entriesOfEnds(rows, { cause: id, revision }),
  ];
}

interface Cause {
  readonly cause: string;
  readonly revision: number;
}

// The last row of an id holds.
function entriesOfEnds(rows: readonly FactRow[], { cause, revision }: Cause): AuditEntry[] {
  const last = new Map(rows.map((row) => [row.id, row]));
  return [...last.values()].flatMap(({ namespace, kind, id: name, state, supersededBy }) => {
    if (state === "live") return [];
    return state === "superseded"
      ? { action: state, namespace, kind, name, cause: supersededBy ?? cause, revision }
      : { action: state, namespace, kind, name, cause, revision };
  });
}
