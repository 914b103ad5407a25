// The sessions of a process by id. Bounded: when full, the session that has been idle longest makes
// room, and if none is idle the new one is refused. One sweeper ends those that were not heard of for
// too long. Who asks for another principal's session is told that there is none.

import type { Principal } from "../auth/principal.ts";
import type { CancelTimer, Clock } from "../base/clock.ts";
import { createSecretId } from "../base/ids.ts";
import type { Handshake } from "../protocol/lifecycle.ts";
import { Session, type SessionParts } from "./session.ts";

/** Why a session ended. */
export type SessionEnd = "deleted" | "idle" | "crowded_out" | "refused" | "shutdown";

/** Is told of sessions that open and end. */
export interface SessionObserver {
  opened(session: Session): void;
  ended(session: Session, reason: SessionEnd): void;
}

/** Options of SessionMap. */
export interface SessionMapOptions extends SessionParts {
  readonly clock: Clock;
  /** How long a session lives without being heard of, in milliseconds. */
  readonly idleMs: number;
  readonly observer: SessionObserver;
  readonly newId?: () => string;
}

// An idle session outlives its time by at most this share of it, and by half a minute.
const SWEEPS_PER_IDLE_TIME = 4;
const SWEEP_MS_MAX = 30_000;

/** All live sessions of one process. */
export class SessionMap {
  readonly #options: SessionMapOptions;
  readonly #newId: () => string;
  readonly #sessions = new Map<string, Session>();
  #cancelSweep: CancelTimer | undefined;
  /** Uses of all sessions so far. A use only counts up; the sweeper turns counts into time. */
  #uses = 0;
  #usesAtSweep = 0;

  constructor(options: SessionMapOptions) {
    this.#options = options;
    this.#newId = options.newId ?? createSecretId;
  }

  /** How many sessions live. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Opens a session; undefined when the map is full of busy ones. */
  open(principal: Principal, handshake: Handshake): Session | undefined {
    if (this.#sessions.size >= this.#options.limits.sessionsMax && !this.#makeRoom()) {
      return undefined;
    }
    const lastUse = { count: ++this.#uses, ms: this.#options.clock.monotonicMs() };
    const identity = { id: this.#newId(), principal, handshake, lastUse };
    const session = new Session(identity, this.#options);
    this.#sessions.set(session.id, session);
    this.#armSweeper();
    this.#options.observer.opened(session);
    return session;
  }

  /** The live session of that id, if it belongs to that principal; notes that it was heard of. */
  find(id: string, principal: Principal): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || session.principal.id !== principal.id) return undefined;
    session.lastUse.count = ++this.#uses;
    return session;
  }

  /** The live session of that id, for the process itself. */
  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** Ends a session; false if it was over. */
  end(session: Session, reason: SessionEnd): boolean {
    if (!this.#sessions.delete(session.id)) return false;
    session.close();
    this.#options.observer.ended(session, reason);
    return true;
  }

  /** Ends all sessions and the sweeper; safe to call twice. */
  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    for (const session of [...this.#sessions.values()]) this.end(session, "shutdown");
  }

  #makeRoom(): boolean {
    let longestIdle: Session | undefined;
    for (const session of this.#sessions.values()) {
      if (session.isBusy) continue;
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
    for (const session of [...this.#sessions.values()]) {
      const { lastUse } = session;
      if (session.isBusy || lastUse.count > this.#usesAtSweep) lastUse.ms = nowMs;
      else if (nowMs - lastUse.ms >= this.#options.idleMs) this.end(session, "idle");
    }
    this.#usesAtSweep = this.#uses;
    this.#armSweeper();
  }
}
