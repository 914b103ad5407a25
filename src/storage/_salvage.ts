// Rows of a table in order of their number, from a file that may be damaged: where a part of it cannot
// be read, the part is told and the reading goes on behind it. In a whole file it costs nothing.

import type { StatementSync } from "node:sqlite";
import type { Unreadable } from "../memory/transfer_store.ts";
import { isStorageFault } from "./_sqlite_fault.ts";
import type { RawRow } from "./_fact_rows.ts";

/** Options of `salvagedRows`. */
export interface SalvageOptions {
  /** Gives the rows with a `number` above its first parameter, in order, at most its last parameter. */
  readonly statement: StatementSync;
  /** The parameters in between. */
  readonly parameters: readonly string[];
  /** What the rows are, in one word. */
  readonly what: string;
}

const ROWS_AT_ONCE = 64;
// Numbers are given in sequence; a gap that is wider than this has nothing behind it.
const GAP_MAX = 2 ** 40;

/** The rows, and a note for each part that could not be read. */
export function* salvagedRows(
  options: SalvageOptions,
): Iterable<{ readonly row: RawRow } | Unreadable> {
  let after = 0;
  for (;;) {
    const rows = rowsAfter(options, { after, limit: ROWS_AT_ONCE });
    // Of rows that cannot be read together, some can be read alone.
    const readable = rows ?? rowsAfter(options, { after, limit: 1 });
    if (readable === undefined) {
      yield { unreadable: `${options.what} after number ${after}` };
      const behind = firstBehind(options, after);
      if (behind === undefined) return;
      after = behind;
      continue;
    }
    for (const row of readable) yield { row };
    if (readable.length < (rows === undefined ? 1 : ROWS_AT_ONCE)) return;
    after = numberOf(readable.at(-1)) ?? after;
  }
}

// Undefined when they cannot be read, or are no rows in order: of a page of zeros SQLite reads anything.
function rowsAfter(
  { statement, parameters }: SalvageOptions,
  { after, limit }: { readonly after: number; readonly limit: number },
): readonly RawRow[] | undefined {
  try {
    const rows = statement.all(after, ...parameters, limit);
    let last = after;
    for (const row of rows) {
      const number = numberOf(row);
      if (number === undefined || number <= last) return undefined;
      last = number;
    }
    return rows;
  } catch (fault) {
    if (isStorageFault(fault)) return undefined;
    throw fault;
  }
}

// The smallest number from which on rows can be read again: by doubled steps, then by halves.
function firstBehind(options: SalvageOptions, after: number): number | undefined {
  let step = 1;
  const isReadable = (from: number) =>
    (rowsAfter(options, { after: from, limit: 1 }) ?? []).length > 0;
  while (!isReadable(after + step)) {
    step *= 2;
    if (step > GAP_MAX) return undefined;
  }
  let [low, high] = [Math.floor(step / 2), step];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isReadable(after + middle)) high = middle;
    else low = middle;
  }
  return after + high;
}

function numberOf(row: RawRow | undefined): number | undefined {
  const number = row?.["number"];
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}
