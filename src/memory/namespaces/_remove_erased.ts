// Takes out of an index what somebody else erased. The store kept nothing of it but digests, so every id
// is asked, and only the store knows for certain: a digest may fit another id.

import type { Steps } from "../../base/in_turns.ts";
import type { ErasedFact } from "../copy_holder.ts";
import type { TextIndex } from "../index/text_index.ts";
import type { Erasures, MemoryStore } from "../store.ts";

// Each takes a fraction of a millisecond.
const IDS_AT_ONCE = 2_048;
const ROWS_AT_ONCE = 64;

/** Names what was in the index and is gone from it now. */
export function* removeErased(
  index: TextIndex,
  { namespace, mayHold }: Erasures,
  store: MemoryStore,
): Steps<readonly ErasedFact[]> {
  const { table } = index;
  const suspects: string[] = [];
  for (let slot = 0; slot < table.length; slot++) {
    const id = table.id(slot);
    if (id !== "" && mayHold(id)) suspects.push(id);
    if (slot % IDS_AT_ONCE === IDS_AT_ONCE - 1) yield;
  }
  const erased: ErasedFact[] = [];
  for (let start = 0; start < suspects.length; start += ROWS_AT_ONCE) {
    const ids = suspects.slice(start, start + ROWS_AT_ONCE);
    const rows = store.facts(namespace, ids);
    for (const [at, id] of ids.entries()) {
      const slot = table.slotOf(id);
      if (rows[at] !== undefined || slot === undefined) continue;
      erased.push({ namespace, id, subject: table.subject(slot) });
    }
    yield;
  }
  yield* index.removeUnknown(erased.flatMap(({ id }) => id ?? []));
  return erased;
}
