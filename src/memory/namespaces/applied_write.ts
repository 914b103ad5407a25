// What a write of ours tells the indexes in RAM.

import type { FactRow } from "../store.ts";

/** What a write did to the facts. */
export interface AppliedWrite {
  /** Rows that were added or changed. */
  readonly rows: readonly FactRow[];
  /** The row that was erased, as it was. */
  readonly erased?: FactRow | undefined;
  /** Of the write. */
  readonly revision: number;
}
