// Compares the index in a file with the rows it was made from: a wrong index would give wrong answers
// for as long as it is followed up and never made anew.

import type { Clock } from "../base/clock.ts";
import { inTurns, type Steps } from "../base/in_turns.ts";
import { Snapshots } from "./snapshot/snapshots.ts";
import type { TextIndex } from "./index/text_index.ts";
import type { SnapshotFiles } from "./snapshot_files.ts";
import type { MemoryStore } from "./store.ts";
import { createTokenizer } from "./tokenizer.ts";

/** Options of `checkIndex`. */
export interface CheckIndexOptions {
  readonly store: MemoryStore;
  readonly files: SnapshotFiles;
  readonly clock: Clock;
}

/** What a look at the index file of a namespace said. */
export type IndexFinding =
  | { readonly kind: "none" | "fits" }
  /** It is not used and does no harm. */
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "wrong"; readonly facts: number };

const ROWS_AT_ONCE = 256;

/** Looks at the index file of one namespace; nothing is written. */
export async function checkIndex(
  namespace: string,
  { store, files, clock }: CheckIndexOptions,
): Promise<IndexFinding> {
  let why: string | undefined;
  const onFault = () => void (why ??= "it cannot be read");
  const snapshots = new Snapshots({
    files: { ...files, ignored: (_, reason) => void (why = reason), remove: () => {} },
    store,
    tokenizer: createTokenizer(),
    clock,
    onFault,
    loaded: () => [],
    revision: () => store.revision(),
  });
  const found = await inTurns(snapshots.read(namespace), clock);
  if (found === undefined) return why === undefined ? { kind: "none" } : { kind: "ignored", why };
  const facts = await inTurns(misfits(namespace, { ...found, store }), clock);
  return facts === 0 ? { kind: "fits" } : { kind: "wrong", facts };
}

interface Compared {
  readonly index: TextIndex;
  readonly revision: number;
  readonly store: MemoryStore;
}

// Rows that changed after the index was written are applied when it is loaded, so they may differ.
function* misfits(namespace: string, { index, revision, store }: Compared): Steps<number> {
  const { table } = index;
  let wrong = 0;
  let seen = 0;
  for (let afterId = "";;) {
    const rows = store.inOrderOfId(namespace, afterId, ROWS_AT_ONCE);
    for (const row of rows) {
      const slot = table.slotOf(row.id);
      if (slot !== undefined) seen++;
      if (row.revision > revision) continue;
      const fits = slot !== undefined && table.revision(slot) === row.revision &&
        table.subject(slot) === row.subject && table.kind(slot) === row.kind;
      if (!fits) wrong++;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) break;
    afterId = last.id;
    yield;
  }
  // What is left has no row: an erasure since would have kept the file from being used.
  return wrong + (table.facts - seen);
}
