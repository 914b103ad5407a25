// What was held to be true, and when: the versions of one matter. A version is a fact of its own, and
// superseding links it to the one before; the text of a fact never changes.

import type { FactKind } from "./fact.ts";
import type { FactState } from "./store.ts";

/** Whose history: exactly one of both. */
export type HistoryRequest =
  | { readonly id: string; readonly subject?: undefined }
  | { readonly subject: string; readonly id?: undefined };

/** One fact of a history. */
export interface FactVersion {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly kind: FactKind;
  readonly state: FactState;
  /** When it became true. */
  readonly validFromMs: number;
  /** When it stopped being true, or will; absent: not known to. */
  readonly validToMs?: number;
  /** When it was stored, whatever it says of the time before. */
  readonly recordedMs: number;
  readonly supersededBy?: string;
}

/** A history. */
export interface FactHistory {
  /**
   * Newest first by `validFromMs`; at most 100. Of a longer chain from an id there are the fact itself,
   * the current version, and what is nearest to them.
   */
  readonly versions: readonly FactVersion[];
  /** True when there are more. */
  readonly hasMore: boolean;
}
