// Finds the versions of one matter: all facts that ever had a subject, or, from an id, the facts that
// it superseded and that superseded it, however far.

import { CarError } from "../../base/errors.ts";
import { given } from "../../base/given.ts";
import { checkedId, checkedSubject } from "../writing/check_fact.ts";
import type { Reading } from "./reading.ts";
import type { FactHistory, FactVersion, HistoryRequest } from "../history.ts";
import type { FactRow, MemoryStore } from "../store.ts";

// More is no use to a reader, and a subject may have any number.
const VERSIONS_MAX = 100;
// Each is a look into the store of a few microseconds.
const SUCCESSORS_MAX = 10_000;

/** The history of an id or a subject; throws `invalid_argument`, and `not_found` for an unknown id. */
export function historyOf(reading: Reading, { id, subject }: HistoryRequest): FactHistory {
  const { namespace, store, limits } = reading;
  if (id !== undefined) {
    const { rows, hasMore } = chainOf(reading, checkedId("id", id, limits));
    return { versions: rows.toSorted(newestFirst).map(versionOf), hasMore };
  }
  const checked = checkedSubject("subject", subject, limits);
  const rows = store.versions(namespace, checked, VERSIONS_MAX + 1);
  const versions = rows.toSorted(newestFirst).slice(0, VERSIONS_MAX).map(versionOf);
  return { versions, hasMore: rows.length > VERSIONS_MAX };
}

interface Chain {
  readonly rows: readonly FactRow[];
  readonly hasMore: boolean;
}

// Breadth first from the fact and from the current version at once, so that of a long chain both are
// there and what is nearest to them.
function chainOf({ namespace, store }: Reading, id: string): Chain {
  const [start] = store.facts(namespace, [id]);
  if (start === undefined) {
    const message = '"id" names no fact of this namespace; allowed: the id of a fact, or "subject"';
    throw new CarError("not_found", message, { data: { field: "id" } });
  }
  const ids = new Set([id, currentOf(store, start).id]);
  let hasMore = false;
  for (const next of ids) {
    for (const other of store.supersessions(namespace, next, VERSIONS_MAX + 1)) {
      if (ids.size < VERSIONS_MAX) ids.add(other);
      else if (!ids.has(other)) hasMore = true;
    }
  }
  return { rows: store.facts(namespace, [...ids]).filter((row) => row !== undefined), hasMore };
}

// What took the place of what took its place, and so on.
function currentOf(store: MemoryStore, start: FactRow): FactRow {
  const { namespace } = start;
  const seen = new Set([start.id]);
  let row = start;
  while (seen.size < SUCCESSORS_MAX && row.supersededBy !== undefined) {
    const [next] = store.facts(namespace, [row.supersededBy]);
    // A merge of two memories may have made a circle.
    if (next === undefined || seen.has(next.id)) break;
    seen.add(next.id);
    row = next;
  }
  return row;
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
