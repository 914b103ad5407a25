// Makes the index of a namespace from its file and the rows that changed since, or from all its rows.

import type { Steps } from "../../base/in_turns.ts";
import { TextIndex } from "../index/text_index.ts";
import type { Snapshots } from "../snapshot/snapshots.ts";
import type { MemoryStore } from "../store.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { removeErased } from "./_remove_erased.ts";
import { putAll, putNamespace, ROWS_AT_ONCE } from "./_rows_in_steps.ts";

/** Options of `loadIndex`. */
export interface LoadOptions {
  readonly store: MemoryStore;
  readonly tokenizer: Tokenizer;
  /** Where the file is; absent: there is none, or it is not to be used. */
  readonly snapshots: Snapshots | undefined;
}

/**
 * The index as the store is when this returns: in the last step there was nothing new. Whoever keeps it
 * does so in the same step.
 */
export function* loadIndex(
  namespace: string,
  { store, tokenizer, snapshots }: LoadOptions,
): Steps<TextIndex> {
  const saved = snapshots === undefined ? undefined : yield* snapshots.read(namespace);
  let { revision } = saved ?? { revision: store.revision() };
  const index = saved?.index ?? new TextIndex(tokenizer);
  if (saved === undefined) yield* putNamespace(store, namespace, index);
  let place = { revision: revision + 1, number: 0 };
  for (;;) {
    // Read first: what is erased after it is looked for again.
    const upTo = store.revision();
    const { rows, end } = store.changesIn(namespace, place, ROWS_AT_ONCE);
    const erasures = store.erasuresSince(revision).find((some) => some.namespace === namespace);
    if (rows.length === 0 && erasures === undefined) return index;
    yield* putAll(rows, (row) => index.putInSteps(row));
    if (erasures !== undefined) yield* removeErased(index, erasures, store);
    place = end;
    revision = upTo;
  }
}
