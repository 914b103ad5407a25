// A SessionStore of maps that does what the port says in the plainest way: the model that others are
// compared with. Everything that opens the same one is a process with the same store.

import type {
  SessionStore,
  StoredEvent,
  StoredSession,
  StoredStream,
} from "../../src/session/ports.ts";

interface Kept {
  session: StoredSession;
  readonly streams: Map<string, StoredStream>;
  readonly events: Map<number, StoredEvent>;
}

/** A store in memory. */
export function createNaiveSessions(): SessionStore {
  const kept = new Map<string, Kept>();

  function removeWhere(isGone: (session: StoredSession) => boolean): number {
    const gone = [...kept.values()].filter(({ session }) => isGone(session));
    for (const { session } of gone) kept.delete(session.id);
    return gone.length;
  }

  return {
    saveSession(session) {
      const before = kept.get(session.id);
      const generation = Math.max(session.generation, before?.session.generation ?? 0);
      kept.set(session.id, {
        streams: before?.streams ?? new Map<string, StoredStream>(),
        events: before?.events ?? new Map<number, StoredEvent>(),
        session: { ...session, generation },
      });
    },
    removeSession: (id) => void kept.delete(id),
    touchSessions(ids, nowMs) {
      for (const id of ids) {
        const found = kept.get(id);
        if (found !== undefined) found.session = { ...found.session, lastUsedMs: nowMs };
      }
    },
    saveEvent: (id, event) => void kept.get(id)?.events.set(event.seq, event),
    removeEvent: (id, seq) => void kept.get(id)?.events.delete(seq),
    saveStream: (id, stream) => void kept.get(id)?.streams.set(stream.name, stream),
    removeStream: (id, name) => void kept.get(id)?.streams.delete(name),
    takeSession(id, principalId) {
      const found = kept.get(id);
      if (found === undefined || found.session.principalId !== principalId) return undefined;
      found.session = { ...found.session, generation: found.session.generation + 1 };
      return {
        session: found.session,
        streams: [...found.streams.values()].sort((a, b) => a.name < b.name ? -1 : 1),
        events: [...found.events.values()].sort((a, b) => a.seq - b.seq),
      };
    },
    removeIdle: (sinceMs) => removeWhere(({ lastUsedMs }) => lastUsedMs < sinceMs),
    count: () => kept.size,
    eraseEvents(texts) {
      let erased = 0;
      for (const { events } of kept.values()) {
        for (const { seq, json } of [...events.values()]) {
          if (!texts.some((text) => isWithin(text, json))) continue;
          events.delete(seq);
          erased++;
        }
      }
      return erased;
    },
  };
}

const QUOTED = /"(?:[^"\\]|\\.)*"/gs;

// In what is written, or in what one of its strings says, read as JSON; and so on within that.
function isWithin(text: string, written: string): boolean {
  if (written.includes(text)) return true;
  const strings: readonly string[] = written.match(QUOTED) ?? [];
  return strings.some((quoted) => {
    const meant = parsed(quoted);
    return meant !== undefined && isWithin(text, meant);
  });
}

function parsed(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    // Quotation marks around something else.
    return undefined;
  }
}
