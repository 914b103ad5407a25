// A SessionStore of maps that does what the port says in the plainest way: the model that others are
// compared with. Everything that opens the same one is a process with the same store.

import { Buffer } from "node:buffer";
import type { ErasedText } from "../../src/base/erased_texts.ts";
import { kindOfJson } from "../../src/session/message_kind.ts";
import type {
  SessionStore,
  StoredEvent,
  StoredSession,
  StoredStream,
  StoredSubscription,
} from "../../src/session/ports.ts";

interface Kept {
  session: StoredSession;
  readonly streams: Map<string, StoredStream>;
  readonly events: Map<number, StoredEvent>;
  readonly subscriptions: Map<string, StoredSubscription>;
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
        subscriptions: before?.subscriptions ?? new Map<string, StoredSubscription>(),
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
    saveSubscription: (id, each) => void kept.get(id)?.subscriptions.set(keyOf(each), each),
    removeSubscription: (id, each) => void kept.get(id)?.subscriptions.delete(keyOf(each)),
    takeSession(id, principalId) {
      const found = kept.get(id);
      if (found === undefined || found.session.principalId !== principalId) return undefined;
      found.session = { ...found.session, generation: found.session.generation + 1 };
      return {
        session: found.session,
        streams: [...found.streams.values()].sort((a, b) => a.name < b.name ? -1 : 1),
        events: [...found.events.values()].sort((a, b) => a.seq - b.seq),
        // As the port leaves the order open, the one that SQLite has.
        subscriptions: [...found.subscriptions.values()]
          .sort((a, b) => Buffer.compare(Buffer.from(keyOf(a)), Buffer.from(keyOf(b)))),
      };
    },
    removeIdle: (sinceMs) => removeWhere(({ lastUsedMs }) => lastUsedMs < sinceMs),
    count: () => kept.size,
    eraseEvents(texts) {
      return [...kept.values()].reduce((erased, each) => erased + eraseFrom(each, texts), 0);
    },
  };
}

/** Forgets what a session has with one of the texts; how many events. */
function eraseFrom(
  { events, streams, subscriptions }: Kept,
  texts: readonly ErasedText[],
): number {
  let erased = 0;
  for (const json of [...subscriptions.keys()]) {
    if (texts.some((text) => isWithin(wantedOf(text), json))) subscriptions.delete(json);
  }
  for (const event of [...events.values()].sort((a, b) => a.seq - b.seq)) {
    const { seq, stream, json, index } = event;
    if (json === "" || !texts.some((text) => isWithin(wantedOf(text), json))) continue;
    erased++;
    const isFirst = index !== undefined &&
      ![...events.values()].some((other) =>
        other.stream === stream && (other.index ?? Infinity) < index
      );
    const leavesGap = !streams.has(stream) || kindOfJson(json) !== "report";
    if (leavesGap || isFirst) events.set(seq, { ...event, json: "" });
    else events.delete(seq);
  }
  return erased;
}

function keyOf({ namespace, uri, toldAs }: StoredSubscription): string {
  return JSON.stringify([namespace, uri, toldAs]);
}

// A word has no letter or digit beside it.
function wantedOf(text: ErasedText): RegExp {
  const escaped = (plain: string) => plain.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  if (typeof text === "string") return new RegExp(escaped(text), "su");
  const inside = "(?<=[\\p{L}\\p{N}])(?=[\\p{L}\\p{N}])";
  return new RegExp(`(?!${inside})${escaped(text.word)}(?!${inside})`, "su");
}

const QUOTED = /"(?:[^"\\]|\\.)*"/gs;

// In what is written, or in what one of its strings says, read as JSON; and so on within that.
function isWithin(wanted: RegExp, written: string): boolean {
  if (wanted.test(written)) return true;
  const strings: readonly string[] = written.match(QUOTED) ?? [];
  return strings.some((quoted) => {
    const meant = parsed(quoted);
    return meant !== undefined && isWithin(wanted, meant);
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
