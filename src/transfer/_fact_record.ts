// Facts, edges, statuses and erasures as records of a file, and back. A revision is not written: it
// counts the writes of one store and means nothing in another. Nor is the fact that superseded another
// one, which the edge between them says.

import { given } from "../base/given.ts";
import { CONFIDENCES, FACT_KINDS } from "../memory/fact.ts";
import type { EdgeKind, FactState } from "../memory/store.ts";
import type {
  ErasureRow,
  FactVersionRow,
  ReminderCount,
  StatusRow,
  StoredEdge,
  StoredFact,
} from "../memory/transfer_store.ts";
import {
  countOf,
  flagOf,
  type JsonRecord,
  optionalRecordOf,
  optionalTextOf,
  optionalTimeOf,
  recordsOf,
  textOf,
  textsOf,
  timeOf,
  timeText,
  wordOf,
} from "./_record_fields.ts";

const STATES: readonly FactState[] = ["live", "superseded", "invalidated"];
const EDGE_KINDS: readonly EdgeKind[] = ["supersedes", "depends_on", "cites_premise"];

/** The record of a fact; members without a value are undefined, which JSON leaves out. */
export function factRecord({ row, versions, reminders }: StoredFact): JsonRecord {
  return {
    type: "fact",
    namespace: row.namespace,
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    body: row.body,
    tags: row.tags.length === 0 ? undefined : row.tags,
    confidence: row.confidence,
    source: row.source,
    principal: row.principal,
    client: row.client,
    valid_from: timeText(row.validFromMs),
    valid_to: timeText(row.validToMs),
    expires_at: timeText(row.expiresAtMs),
    recorded_at: timeText(row.recordedMs),
    state: row.state,
    needs_review: row.needsReview ? true : undefined,
    is_constraint: row.isConstraint ? true : undefined,
    reminded: reminders === undefined
      ? undefined
      : { count: reminders.count, last_at: timeText(reminders.lastMs) },
    history: versions.length === 0 ? undefined : versions.map(versionRecord),
  };
}

/** The fact in a record; throws `invalid_argument`. Bounds are checked where it is merged. */
export function factIn(record: JsonRecord, namespace: string): StoredFact {
  const reminded = optionalRecordOf(record, "reminded");
  return {
    row: {
      namespace,
      id: textOf(record, "id"),
      kind: wordOf(record, "kind", FACT_KINDS),
      subject: textOf(record, "subject"),
      body: textOf(record, "body"),
      tags: textsOf(record, "tags"),
      confidence: wordOf(record, "confidence", CONFIDENCES),
      ...given("source", optionalTextOf(record, "source")),
      ...given("principal", optionalTextOf(record, "principal")),
      ...given("client", optionalTextOf(record, "client")),
      validFromMs: timeOf(record, "valid_from"),
      ...given("validToMs", optionalTimeOf(record, "valid_to")),
      ...given("expiresAtMs", optionalTimeOf(record, "expires_at")),
      recordedMs: timeOf(record, "recorded_at"),
      state: wordOf(record, "state", STATES),
      needsReview: flagOf(record, "needs_review"),
      isConstraint: flagOf(record, "is_constraint"),
      revision: 0,
    },
    versions: recordsOf(record, "history").map(versionIn),
    ...given("reminders", reminded === undefined ? undefined : remindersIn(reminded)),
  };
}

function versionRecord(version: FactVersionRow): JsonRecord {
  return {
    changed_at: timeText(version.changedMs),
    tags: version.tags.length === 0 ? undefined : version.tags,
    valid_to: timeText(version.validToMs),
    state: version.state,
    needs_review: version.needsReview ? true : undefined,
  };
}

function versionIn(record: JsonRecord): FactVersionRow {
  return {
    changedMs: timeOf(record, "changed_at"),
    tags: textsOf(record, "tags"),
    ...given("validToMs", optionalTimeOf(record, "valid_to")),
    state: wordOf(record, "state", STATES),
    needsReview: flagOf(record, "needs_review"),
  };
}

function remindersIn(record: JsonRecord): ReminderCount {
  return { count: countOf(record, "count", 1), lastMs: timeOf(record, "last_at") };
}

/** The record of an edge; `settled` says that its dependent was rightly left unmarked. */
export function edgeRecord({ namespace, fromId, kind, toId, isSettled }: StoredEdge): JsonRecord {
  const settled = isSettled ? true : undefined;
  return { type: "edge", namespace, from: fromId, kind, to: toId, settled };
}

/** The edge in a record; throws `invalid_argument`. */
export function edgeIn(record: JsonRecord, namespace: string): StoredEdge {
  return {
    namespace,
    fromId: textOf(record, "from"),
    kind: wordOf(record, "kind", EDGE_KINDS),
    toId: textOf(record, "to"),
    isSettled: flagOf(record, "settled"),
  };
}

/** The record of a status. */
export function statusRecord({ namespace, body, updatedMs }: StatusRow): JsonRecord {
  return { type: "status", namespace, body, updated_at: timeText(updatedMs) };
}

/** The status in a record; throws `invalid_argument`. */
export function statusIn(record: JsonRecord, namespace: string): StatusRow {
  return { namespace, body: textOf(record, "body"), updatedMs: timeOf(record, "updated_at") };
}

/** The record of an erasure. */
export function erasureRecord({ namespace, idDigest }: ErasureRow): JsonRecord {
  return { type: "erased", namespace, digest: idDigest };
}

/** The erasure in a record; throws `invalid_argument`. */
export function erasureIn(record: JsonRecord, namespace: string): ErasureRow {
  return { namespace, idDigest: countOf(record, "digest", 0) };
}
