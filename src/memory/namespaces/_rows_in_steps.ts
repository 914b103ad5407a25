// Rows are read by pages: a reader that stays open would hold up whoever wants to empty the log. They
// are indexed in steps; between two steps a row that was read may change or be erased, so whoever takes
// them in looks afterwards what has happened meanwhile.

import type { Steps } from "../../base/in_turns.ts";
import type { TextIndex } from "../index/text_index.ts";
import type { FactRow, MemoryStore } from "../store.ts";

/** Rows of one page: reading so many short ones takes a fraction of a millisecond. */
export const ROWS_AT_ONCE = 32;
// Indexing so much text takes less than a millisecond; a longer one has pauses of its own.
const CHARS_AT_ONCE = 1_024;

/** Hands over rows one by one. */
export function* putAll(rows: readonly FactRow[], put: (row: FactRow) => Steps<void>): Steps<void> {
  let chars = 0;
  for (const row of rows) {
    yield* put(row);
    chars += row.subject.length + row.body.length;
    if (chars < CHARS_AT_ONCE) continue;
    chars = 0;
    yield;
  }
}

/** All rows of a namespace, into its index. */
export function* putNamespace(
  store: MemoryStore,
  namespace: string,
  index: TextIndex,
): Steps<void> {
  for (let afterId = "";;) {
    const rows = store.inOrderOfId(namespace, afterId, ROWS_AT_ONCE);
    yield* putAll(rows, (row) => index.putInSteps(row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) return;
    afterId = last.id;
    yield;
  }
}
