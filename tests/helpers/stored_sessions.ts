// Sessions and events as a test of their stores keeps them, and a look at what is kept.

import assert from "node:assert/strict";
import type {
  SessionStore,
  StoredEvent,
  StoredSession,
  StoredSessionState,
} from "../../src/session/ports.ts";

/** When the sessions of a test were last heard of, unless it says otherwise. */
export const NOW_MS = Date.UTC(2026, 0, 1);

/** A session as a test keeps it. */
export function storedSession(id: string, changes: Partial<StoredSession> = {}): StoredSession {
  return {
    id,
    principalId: "local",
    revision: "2025-11-25",
    client: { name: "shell", version: "1.0" },
    capabilities: {},
    isInitialized: true,
    logLevel: "info",
    streamTag: "t1",
    generation: 0,
    lastUsedMs: NOW_MS,
    ...changes,
  };
}

/** An event as a test keeps it. */
export function storedEvent(seq: number, changes: Partial<StoredEvent> = {}): StoredEvent {
  return { seq, stream: "s", json: `{"n":${seq}}`, index: undefined, ...changes };
}

/** Takes a session that must be there. */
export function take(store: SessionStore, id: string): StoredSessionState {
  const state = store.takeSession(id, "local");
  assert.ok(state !== undefined, `session ${id} is kept`);
  return state;
}

/** The events that are kept of a session, by number. */
export function seqsOf(store: SessionStore, id: string): readonly number[] {
  return take(store, id).events.map(({ seq }) => seq);
}
