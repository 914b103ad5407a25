// The statements of the sessions file, prepared once. Whatever is kept of a session finds its session
// by id in the same statement, so that nothing is kept of one that is not there.

import type { DatabaseSync } from "node:sqlite";

/** The prepared statements; each throws what SQLite throws. */
export type SessionStatements = ReturnType<typeof prepareSessionStatements>;

/** Prepares them on a connection to the file. */
export function prepareSessionStatements(connection: DatabaseSync) {
  const prepare = (sql: string) => connection.prepare(sql);
  return {
    begin: prepare("BEGIN IMMEDIATE"),
    commit: prepare("COMMIT"),
    rollback: prepare("ROLLBACK"),
    // A process that lost the session to a later one may still save it: the generation never falls.
    saveSession: prepare(`INSERT INTO sessions (id, last_used, generation, principal, revision,
        is_initialized, log_level, stream_tag, client, capabilities)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET last_used = excluded.last_used,
        generation = max(generation, excluded.generation), principal = excluded.principal,
        revision = excluded.revision, is_initialized = excluded.is_initialized,
        log_level = excluded.log_level, stream_tag = excluded.stream_tag,
        client = excluded.client, capabilities = excluded.capabilities`),
    removeSession: prepare("DELETE FROM sessions WHERE id = ?"),
    touch: prepare(`UPDATE sessions SET last_used = ?
      WHERE id IN (SELECT value FROM json_each(?))`),
    removeIdle: prepare("DELETE FROM sessions WHERE last_used < ?"),
    count: prepare("SELECT count(*) AS sessions FROM sessions"),
    take: prepare(`UPDATE sessions SET generation = generation + 1
      WHERE id = ? AND principal = ? RETURNING *`),
    saveStream: prepare(`INSERT INTO streams (session, name, ended, request_ids)
      SELECT number, ?, ?, ? FROM sessions WHERE id = ?
      ON CONFLICT (session, name) DO UPDATE SET ended = excluded.ended,
        request_ids = excluded.request_ids`),
    removeStream: prepare(`DELETE FROM streams
      WHERE session = (SELECT number FROM sessions WHERE id = ?) AND name = ?`),
    streams: prepare(`SELECT name, ended, request_ids FROM streams WHERE session = ?
      ORDER BY name`),
    saveEvent: prepare(`INSERT INTO events (session, seq, place, stream, message)
      SELECT number, ?, ?, ?, ? FROM sessions WHERE id = ?
      ON CONFLICT (session, seq) DO UPDATE SET place = excluded.place, stream = excluded.stream,
        message = excluded.message`),
    removeEvent: prepare(`DELETE FROM events
      WHERE session = (SELECT number FROM sessions WHERE id = ?) AND seq = ?`),
    events: prepare(`SELECT seq, place, stream, message FROM events WHERE session = ?
      ORDER BY seq`),
    // What may hold one of the pieces, some at a time, after a place.
    suspects: prepare(`SELECT session, seq, message,
        EXISTS (SELECT 1 FROM streams
          WHERE streams.session = events.session AND name = stream) AS is_of_request,
        place IS NOT NULL AND NOT EXISTS (SELECT 1 FROM events AS other
          WHERE other.session = events.session AND other.stream = events.stream
            AND other.place < events.place) AS is_first
      FROM events
      WHERE (session, seq) > (?, ?) AND message <> '' AND EXISTS (
        SELECT 1 FROM json_each(?) AS piece WHERE instr(events.message, piece.value) > 0)
      ORDER BY session, seq LIMIT ?`),
    saveSubscription: prepare(`INSERT OR IGNORE INTO subscriptions (session, wish)
      SELECT number, ? FROM sessions WHERE id = ?`),
    removeSubscription: prepare(`DELETE FROM subscriptions WHERE wish = ?
      AND session = (SELECT number FROM sessions WHERE id = ?)`),
    subscriptions: prepare("SELECT wish FROM subscriptions WHERE session = ? ORDER BY wish"),
    suspectedWishes: prepare(`SELECT session, wish FROM subscriptions
      WHERE (session, wish) > (?, ?) AND EXISTS (
        SELECT 1 FROM json_each(?) AS piece WHERE instr(subscriptions.wish, piece.value) > 0)
      ORDER BY session, wish LIMIT ?`),
    eraseWish: prepare("DELETE FROM subscriptions WHERE session = ? AND wish = ?"),
    leaveMark: prepare("UPDATE events SET message = '' WHERE session = ? AND seq = ?"),
    eraseEvent: prepare("DELETE FROM events WHERE session = ? AND seq = ?"),
  };
}
