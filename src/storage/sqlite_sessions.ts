// SessionStore on an SQLite file of its own. Each method is one statement or one transaction, written
// to the log before it returns, so that what it took survives `kill -9`. A file that turns out to be
// damaged is set aside and a new one begun; sessions of before are unknown to that, as after an expiry.

import { CarError } from "../base/errors.ts";
import type {
  SessionStore,
  StoredEvent,
  StoredSession,
  StoredSessionState,
  StoredStream,
  StoredSubscription,
} from "../session/ports.ts";
import { type ErasedText, type ErasedTexts, prepareErasedTexts } from "../base/erased_texts.ts";
import { kindOfJson } from "../session/message_kind.ts";
import {
  openSessionFile,
  replaceSessionFile,
  type SessionFile,
  type SessionFileOptions,
} from "./_session_file.ts";
import {
  eventOf,
  messageColumn,
  principalColumn,
  sessionOf,
  streamOf,
  subscriptionOf,
  wishColumn,
} from "./_session_rows.ts";
import { removeSetAside } from "./_set_aside.ts";
import type { SessionStatements } from "./_session_statements.ts";
import { scrubNow } from "./_scrub.ts";
import { isDamageFault, isStorageFault, storageFailed } from "./_sqlite_fault.ts";

/** A SessionStore that holds its file open; its methods throw `storage_failed`, or `closed`. */
export interface SqliteSessions extends SessionStore {
  /** Safe to call twice. */
  close(): void;
}

// An event can be as long as a message may be, so only some are read at a time.
const SUSPECTS_AT_ONCE = 32;

/**
 * Opens or creates the file of the sessions; a damaged one is set aside and reported. Throws
 * `storage_newer`, `home_unusable` or `storage_failed`.
 */
export function createSqliteSessions(options: SessionFileOptions): SqliteSessions {
  return new SessionsOfFile(options);
}

class SessionsOfFile implements SqliteSessions {
  readonly #options: SessionFileOptions;
  #file: SessionFile;
  #isClosed = false;

  constructor(options: SessionFileOptions) {
    this.#options = options;
    this.#file = openSessionFile(options);
  }

  saveSession(session: StoredSession): void {
    this.#run("save a session", ({ saveSession }) =>
      saveSession.run(
        session.id,
        session.lastUsedMs,
        session.generation,
        principalColumn(session.principalId),
        session.revision,
        session.isInitialized ? 1 : 0,
        session.logLevel,
        session.streamTag,
        session.client === undefined ? null : JSON.stringify(session.client),
        JSON.stringify(session.capabilities),
      ));
  }

  removeSession(id: string): void {
    this.#run("remove a session", ({ removeSession }) => removeSession.run(id));
  }

  touchSessions(ids: readonly string[], nowMs: number): void {
    this.#run("touch sessions", ({ touch }) => touch.run(nowMs, JSON.stringify(ids)));
  }

  saveEvent(sessionId: string, { seq, index, stream, json }: StoredEvent): void {
    this.#run(
      "save an event",
      ({ saveEvent }) => saveEvent.run(seq, index ?? null, stream, messageColumn(json), sessionId),
    );
  }

  removeEvent(sessionId: string, seq: number): void {
    this.#run("remove an event", ({ removeEvent }) => removeEvent.run(sessionId, seq));
  }

  saveStream(sessionId: string, { name, endedMs, requestIds }: StoredStream): void {
    this.#run(
      "save a stream",
      ({ saveStream }) => saveStream.run(name, endedMs ?? null, requestIds, sessionId),
    );
  }

  removeStream(sessionId: string, name: string): void {
    this.#run("remove a stream", ({ removeStream }) => removeStream.run(sessionId, name));
  }

  saveSubscription(sessionId: string, subscription: StoredSubscription): void {
    const wish = wishColumn(subscription);
    this.#run("save a subscription", ({ saveSubscription }) => {
      saveSubscription.run(wish, sessionId);
    });
  }

  removeSubscription(sessionId: string, subscription: StoredSubscription): void {
    const wish = wishColumn(subscription);
    this.#run("remove a subscription", ({ removeSubscription }) => {
      removeSubscription.run(wish, sessionId);
    });
  }

  takeSession(id: string, principalId: string): StoredSessionState | undefined {
    return this.#transaction("take a session", ({ take, streams, events, subscriptions }) => {
      const row = take.get(id, principalColumn(principalId));
      if (row === undefined) return undefined;
      // The key of a row that is there.
      const number = row["number"] as number;
      return {
        session: sessionOf(row),
        streams: streams.all(number).map(streamOf),
        events: events.all(number).map(eventOf),
        subscriptions: subscriptions.all(number).map(subscriptionOf),
      };
    });
  }

  removeIdle(sinceMs: number): number {
    return this.#run(
      "remove idle sessions",
      ({ removeIdle }) => Number(removeIdle.run(sinceMs).changes),
    );
  }

  count(): number {
    return this.#run("count sessions", ({ count }) => Number(count.get()?.["sessions"]));
  }

  eraseEvents(texts: readonly ErasedText[]): number {
    const erasedTexts = prepareErasedTexts(texts);
    let erased = 0;
    let after: EventPlace | undefined = BEFORE_ALL_EVENTS;
    while (after !== undefined) {
      const from: EventPlace = after;
      const step = this.#transaction(
        "erase events",
        (statements) => eraseSome(statements, erasedTexts, from),
      );
      erased += step.erased;
      after = step.last;
    }
    this.#eraseWishes(erasedTexts);
    this.#scrub();
    return erased;
  }

  #eraseWishes(texts: ErasedTexts): void {
    for (let after: WishPlace | undefined = BEFORE_ALL_WISHES; after !== undefined;) {
      const from: WishPlace = after;
      after = this.#transaction(
        "erase subscriptions",
        (statements) => eraseSomeWishes(statements, texts, from),
      );
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
  }

  #transaction<T>(attempt: string, change: (statements: SessionStatements) => T): T {
    return this.#run(attempt, (statements) => {
      statements.begin.run();
      try {
        const result = change(statements);
        statements.commit.run();
        return result;
      } catch (fault) {
        // A full disk ends the transaction by itself.
        if (this.#file.connection.isTransaction) statements.rollback.run();
        throw fault;
      }
    });
  }

  #run<T>(attempt: string, use: (statements: SessionStatements) => T): T {
    if (this.#isClosed) throw new CarError("closed", `Cannot ${attempt}: storage is closed`);
    try {
      try {
        return use(this.#file.statements);
      } catch (fault) {
        if (!isDamageFault(fault)) throw fault;
        this.#beginAnew(fault);
        return use(this.#file.statements);
      }
    } catch (fault) {
      throw isStorageFault(fault) ? storageFailed(attempt, fault) : fault;
    }
  }

  // A file that cannot be set aside leaves the store closed.
  #beginAnew(fault: unknown): void {
    this.close();
    this.#file = replaceSessionFile(this.#options, fault);
    this.#isClosed = false;
  }

  // What was deleted is overwritten where it lay last; the log, copies of the file and other places in its
  // pages may still hold it.
  #scrub(): void {
    removeSetAside(this.#options.path);
    if (this.#run("scrub the sessions", () => scrubNow(this.#file))) return;
    throw new CarError(
      "storage_failed",
      "Cannot empty the log: another process reads the sessions",
    );
  }
}

interface EventPlace {
  /** The number of the session in the file. */
  readonly session: number;
  readonly seq: number;
}

const BEFORE_ALL_EVENTS: EventPlace = { session: 0, seq: 0 };

/** Looks at the next suspects and erases the guilty; `last` is undefined when there are no more. */
function eraseSome(
  { suspects, eraseEvent, leaveMark }: SessionStatements,
  { areIn, pieces }: ErasedTexts,
  after: EventPlace,
): { readonly erased: number; readonly last: EventPlace | undefined } {
  const found = suspects.all(after.session, after.seq, pieces, SUSPECTS_AT_ONCE).map((row) => ({
    session: Number(row["session"]),
    seq: Number(row["seq"]),
    message: String(row["message"]),
    isOfRequest: row["is_of_request"] === 1,
    isFirst: row["is_first"] === 1,
  }));
  const guilty = found.filter(({ message }) => areIn(message));
  for (const { session, seq, message, isOfRequest, isFirst } of guilty) {
    const leavesGap = !isOfRequest || kindOfJson(message) !== "report";
    (leavesGap || isFirst ? leaveMark : eraseEvent).run(session, seq);
  }
  return { erased: guilty.length, last: found.at(-1) };
}

interface WishPlace {
  readonly session: number;
  readonly wish: string;
}

const BEFORE_ALL_WISHES: WishPlace = { session: 0, wish: "" };

/** The same of subscriptions; gives the place of the last suspect, undefined when there are no more. */
function eraseSomeWishes(
  { suspectedWishes, eraseWish }: SessionStatements,
  { areIn, pieces }: ErasedTexts,
  after: WishPlace,
): WishPlace | undefined {
  const found = suspectedWishes.all(after.session, after.wish, pieces, SUSPECTS_AT_ONCE)
    .map((row) => ({ session: Number(row["session"]), wish: String(row["wish"]) }));
  for (const { session, wish } of found) if (areIn(wish)) eraseWish.run(session, wish);
  return found.at(-1);
}
