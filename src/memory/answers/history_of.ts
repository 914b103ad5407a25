// Finds the versions of one matter: all facts that ever had a subject, or, from an id, the facts that
// it superseded and that superseded it, however far.

import { CarError } from "../../base/errors.ts";
import { given } from "../../base/given.ts";
import { checkedId, checkedSubject } from "../writing/check_fact.ts";
import type { Reading } from "./reading.ts";
import type { FactHistory, FactVersion, HistoryRequest } from "../history.ts";
import type { FactRow } from "../store.ts";

// More is no use to a reader, and a subject may have any number.
const VERSIONS_MAX = 100;

/** The history of an id or a subject; throws `invalid_argument`, and `not_found` for an unknown id. */
export function historyOf(reading: Reading, { id, subject }: HistoryRequest): FactHistory {
  const { namespace, store, limits } = reading;
  const rows = id === undefined
    ? store.versions(namespace, checkedSubject("subject", subject, limits), VERSIONS_MAX + 1)
    : chainOf(reading, checkedId("id", id, limits));
  const versions = rows.toSorted(newestFirst).slice(0, VERSIONS_MAX).map(versionOf);
  return { versions, hasMore: rows.length > VERSIONS_MAX };
}

// Breadth first, so that of a long chain the versions nearest to the fact are there.
function chainOf({ namespace, store }: Reading, id: string): readonly FactRow[] {
  const [start] = store.facts(namespace, [id]);
  if (start === undefined) {
    const message = '"id" names no fact of this namespace; allowed: the id of a fact, or "subject"';
    throw new CarError("not_found", message, { data: { field: "id" } });
  }
  const ids = new Set([id]);
  for (const next of ids) {
    for (const other of store.supersessions(namespace, next, VERSIONS_MAX + 1)) {
      if (ids.size <= VERSIONS_MAX) ids.add(other);
    }
  }
  return store.facts(namespace, [...ids]).filter((row) => row !== undefined);
}

function newestFirst(a: FactRow, b: FactRow): number {
  return b.validFromMs - a.validFromMs || b.recordedMs - a.recordedMs || (a.id > b.id ? -1 : 1);
}

function versionOf(row: FactRow): FactVersion {
  const { id, subject, body, kind, state, validFromMs, recordedMs, supersededBy } = row;
  const endsMs = Math.min(row.validToMs ?? Infinity, row.expiresAtMs ?? Infinity);
  return {
    id,
    subject,
    body,
    kind,
    state,
    validFromMs,
    ...(endsMs === Infinity ? {} : { validToMs: endsMs }),
    recordedMs,
    ...given("supersededBy", supersededBy),
  };
}
