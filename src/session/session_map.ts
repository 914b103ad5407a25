// The sessions of a process by id. Bounded: when full, whoever holds most gives up the session that has
// been idle longest, and if none is idle the new one is refused; each principal has a share. One sweeper
// ends those that were not heard of for too long. A session that an earlier process kept goes on when its
// client names it. Who asks for another principal's session is told that there is none.

import type { CredentialHolder, StandingOf } from "../auth/credential_watch.ts";
import type { Principal } from "../auth/principal.ts";
import type { CancelTimer } from "../base/clock.ts";
import { type ErasedText, prepareErasedTexts } from "../base/erased_texts.ts";
import { createSecretId } from "../base/ids.ts";
import { type Handshake, negotiateRevision } from "../protocol/lifecycle.ts";
import type { StoredSessionState } from "./ports.ts";
import { Session, type SessionIdentity, type SessionParts } from "./session.ts";

/** Why a session ended. */
export type SessionEnd =
  | "deleted"
  | "idle"
  | "crowded_out"
  | "refused"
  | "dropped"
  | "revoked"
  | "shutdown";

/** What became of a look for a session that an earlier process kept. */
export type RestoreOutcome = "restored" | "already_present" | "unknown" | "no_room";

/** The session of an id; `no_room`: it was kept, and goes on as soon as another one made room. */
export type FoundSession = Session | "no_room" | undefined;

/** Is told of sessions that open and end. */
export interface SessionObserver {
  opened(session: Session): void;
  /** A session of an earlier process goes on. */
  restored(session: Session): void;
  ended(session: Session, reason: SessionEnd): void;
}

/** Options of SessionMap. */
export interface SessionMapOptions extends SessionParts {
  /** How long a session lives without being heard of, in milliseconds. */
  readonly idleMs: number;
  /** An open stream alone keeps a session alive; default: its client is asked for a sign of life. */
  readonly keepsListeners?: boolean;
  readonly observer: SessionObserver;
  /** How it stands with what a principal showed; without it, nothing is ever taken back. */
  readonly standingOf?: StandingOf;
  readonly newId?: () => string;
}

// An idle session outlives its time by at most this share of it, and by half a minute.
const SWEEPS_PER_IDLE_TIME = 4;
const SWEEP_MS_MAX = 30_000;

/** All live sessions of one process. */
export class SessionMap implements CredentialHolder {
  readonly #options: SessionMapOptions;
  readonly #newId: () => string;
  readonly #sessions = new Map<string, Session>();
  /** Sessions by principal. */
  readonly #counts = new Map<string, number>();
  #cancelSweep: CancelTimer | undefined;
  /** Uses of all sessions so far. A use only counts up; the sweeper turns counts into time. */
  #uses = 0;
  #usesAtSweep = 0;

  constructor(options: SessionMapOptions) {
    this.#options = options;
    this.#newId = options.newId ?? createSecretId;
    this.#removeIdleStored(options.idleMs);
  }

  /** How many sessions live. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Opens a session; undefined when the map, or the principal's share of it, is full of busy ones.
   */
  open(principal: Principal, handshake: Handshake): Session | undefined {
    if (!this.#hasRoom(principal)) return undefined;
    const session = this.#add({ id: this.#newId(), principal, handshake });
    session.save();
    this.#options.observer.opened(session);
    return session;
  }

  /**
   * Opens a session for a listener, under an id of the client's choice: it is over when its stream is.
   * Undefined when the id is taken.
   */
  openListener(id: string, principal: Principal, handshake: Handshake): FoundSession {
    if (this.#sessions.has(id)) return undefined;
    if (!this.#hasRoom(principal)) return "no_room";
    const session = this.#add({ id, principal, handshake, endsWithStream: true });
    session.markInitialized();
    this.#options.observer.opened(session);
    return session;
  }

  /** The live session of that id, if it belongs to that principal; notes that it was heard of. */
  find(id: string, principal: Principal): FoundSession {
    if (!this.#sessions.has(id) && this.restore(id, principal) === "no_room") return "no_room";
    const session = this.#sessions.get(id);
    if (session === undefined || session.principal.id !== principal.id) return undefined;
    if (session.principal !== principal && this.#isRevoked(session)) return undefined;
    session.renew(principal);
    session.lastUse.count = ++this.#uses;
    return session;
  }

  /** Takes over a session of that principal from an earlier process. */
  restore(id: string, principal: Principal): RestoreOutcome {
    if (this.#sessions.has(id)) return "already_present";
    const restored = this.#take(id, principal);
    if (restored === undefined) return "unknown";
    if (!this.#hasRoom(principal)) return "no_room";
    const { revision, client, capabilities } = restored.session;
    const handshake = { revision: negotiateRevision(revision), client, capabilities };
    try {
      this.#options.observer.restored(this.#add({ id, principal, handshake, restored }));
      return "restored";
    } catch (thrown) {
      // What is kept makes no session: its client starts again, instead of failing for ever.
      this.#options.onStoreFault(thrown);
      this.#removeStored(id);
      return "unknown";
    }
  }

  /** The live session of that id, for the process itself. */
  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /**
   * Drops the messages that hold one of these texts from what any session may send again, also from the
   * store; throws what the store throws.
   */
  forgetTexts(texts: readonly ErasedText[]): void {
    const erased = prepareErasedTexts(texts);
    for (const session of this.#sessions.values()) {
      session.dropMessages((json) => erased.areIn(json));
    }
    // Last: what the live ones still held they would write again when they sent it.
    this.#options.store?.eraseEvents(texts);
  }

  /** Ends the sessions of what was revoked; of what expired only the connections that listen. */
  recheck(standingOf: StandingOf): void {
    for (const session of [...this.#sessions.values()]) {
      const standing = standingOf(session.principal);
      if (standing === "revoked") this.end(session, "revoked");
      if (standing === "expired") session.endListening();
    }
  }

  /** Ends a session; false if it was over. */
  end(session: Session, reason: SessionEnd): boolean {
    // By now another session may have the id: a listener chooses its own.
    if (this.#sessions.get(session.id) !== session) return false;
    this.#sessions.delete(session.id);
    this.#count(session.principal, -1);
    session.close({ keepStored: reason === "shutdown" });
    this.#options.observer.ended(session, reason);
    return true;
  }

  /** Ends all sessions and the sweeper; safe to call twice. */
  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#touch([...this.#sessions.keys()]);
    for (const session of [...this.#sessions.values()]) this.end(session, "shutdown");
  }

  // Another credential of the same principal does not take over what the revoked one had opened.
  #isRevoked(session: Session): boolean {
    if (this.#options.standingOf?.(session.principal) !== "revoked") return false;
    return this.end(session, "revoked");
  }

  #add(identity: Omit<SessionIdentity, "lastUse">): Session {
    const lastUse = { count: ++this.#uses, ms: this.#options.clock.monotonicMs() };
    const session = new Session({ ...identity, lastUse }, this.#options);
    this.#sessions.set(session.id, session);
    this.#count(session.principal, 1);
    this.#armSweeper();
    return session;
  }

  #take(id: string, principal: Principal): StoredSessionState | undefined {
    const { clock, idleMs, store } = this.#options;
    try {
      const state = store?.takeSession(id, principal.id);
      if (state === undefined || clock.now() - state.session.lastUsedMs < idleMs) return state;
      this.#removeStored(id);
      return undefined;
    } catch (thrown) {
      this.#options.onStoreFault(thrown);
      return undefined;
    }
  }

  #count({ id }: Principal, change: number): void {
    const count = (this.#counts.get(id) ?? 0) + change;
    if (count === 0) this.#counts.delete(id);
    else this.#counts.set(id, count);
  }

  /** Whether another session fits, after the one that has been idle longest made room if need be. */
  #hasRoom(principal: Principal): boolean {
    const { sessionsMax, principalSessionsMax } = this.#options.limits;
    const own = this.#counts.get(principal.id) ?? 0;
    if (own >= principalSessionsMax) return this.#makeRoom(principal.id);
    if (this.#sessions.size < sessionsMax) return true;
    return this.#makeRoom(this.#holdsMost()) || this.#makeRoom();
  }

  /** Who holds most makes room first: nobody ends others' sessions by opening ever more of his own. */
  #holdsMost(): string {
    const holders = [...this.#counts];
    return holders.reduce((most, each) => each[1] > most[1] ? each : most, ["", 0])[0];
  }

  #makeRoom(principalId?: string): boolean {
    let longestIdle: Session | undefined;
    for (const session of this.#sessions.values()) {
      if (session.isBusy) continue;
      if (principalId !== undefined && session.principal.id !== principalId) continue;
      if (longestIdle === undefined || session.lastUse.count < longestIdle.lastUse.count) {
        longestIdle = session;
      }
    }
    return longestIdle !== undefined && this.end(longestIdle, "crowded_out");
  }

  #armSweeper(): void {
    if (this.#cancelSweep !== undefined || this.#sessions.size === 0) return;
    const everyMs = Math.min(this.#options.idleMs / SWEEPS_PER_IDLE_TIME, SWEEP_MS_MAX);
    this.#cancelSweep = this.#options.clock.after(everyMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    const nowMs = this.#options.clock.monotonicMs();
    const heard: string[] = [];
    for (const session of [...this.#sessions.values()]) {
      const { lastUse } = session;
      if (session.peer.running > 0 || lastUse.count > this.#usesAtSweep) {
        lastUse.ms = nowMs;
        heard.push(session.id);
      } else if (nowMs - lastUse.ms >= this.#options.idleMs) this.#endUnheard(session);
    }
    this.#usesAtSweep = this.#uses;
    this.#touch(heard);
    this.#armSweeper();
  }

  /** An open stream may lead to nobody, so its client is asked for a sign of life first. */
  #endUnheard(session: Session): void {
    if (session.openStreams === 0) return void this.end(session, "idle");
    if (session.endsWithStream || this.#options.keepsListeners) return;
    const before = session.lastUse.count;
    // An answer is a POST of the session, which is a use of it.
    void session.isAlive().then((isAlive) => {
      if (!isAlive && session.lastUse.count === before) this.end(session, "idle");
    });
  }

  #touch(ids: readonly string[]): void {
    const { clock, idleMs, store, onStoreFault } = this.#options;
    if (store === undefined) return;
    try {
      if (ids.length > 0) store.touchSessions(ids, clock.now());
    } catch (thrown) {
      onStoreFault(thrown);
    }
    // Twice the time: what lives here was heard of well within it.
    this.#removeIdleStored(2 * idleMs);
  }

  #removeStored(id: string): void {
    try {
      this.#options.store?.removeSession(id);
    } catch (thrown) {
      this.#options.onStoreFault(thrown);
    }
  }

  #removeIdleStored(idleMs: number): void {
    const { clock, store, onStoreFault } = this.#options;
    try {
      store?.removeIdle(clock.now() - idleMs);
    } catch (thrown) {
      onStoreFault(thrown);
    }
  }
}
