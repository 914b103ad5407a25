// What the parts of the suite of MemoryStore share: how a store is opened, and a row to put into it.

import type { FactRow, MemoryStore } from "../../src/memory/store.ts";

/** A store that was opened for one test. */
export interface OpenedStore {
  readonly store: MemoryStore;
  close(): Promise<void>;
}

/** Somewhere a store can be opened, any number of times. */
export interface StorePlace extends Disposable {
  open(): OpenedStore;
}

/** The time of the tests. */
export const NOW_MS = Date.UTC(2026, 0, 1);

/** A fact with text that is easily garbled. */
export function row(changes: Partial<FactRow> = {}): FactRow {
  return {
    namespace: "default",
    id: "a",
    kind: "pattern",
    subject: "Deploy key",
    body: "In the vault 🔑 \n with “quotes” and 'quotes'",
    tags: ["ops", 'a "tag"'],
    confidence: "high",
    source: "ticket 7",
    principal: "local",
    client: "shell",
    validFromMs: NOW_MS - 5,
    recordedMs: NOW_MS,
    state: "live",
    needsReview: false,
    isConstraint: false,
    revision: 0,
    ...changes,
  };
}

/** Subject and body of that row, in UTF-8. */
export const ROW_BYTES = 60;

/** One promise of the port, tried out. */
export type StoreTest = (place: StorePlace) => Promise<void>;

/** Opens a store for a test and closes it. */
export async function withStore(place: StorePlace, body: (store: MemoryStore) => Promise<void>) {
  const opened = place.open();
  try {
    await body(opened.store);
  } finally {
    await opened.close();
  }
}
