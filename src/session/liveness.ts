// Whether somebody is still at the other end. A connection whose network went away looks open for
// minutes, and while it does, a client that came back waits behind it as a shadow. So the client is
// pinged (2025-11-25, "Ping"), and a primary that brings no answer makes way for the newest shadow,
// which is asked next. One ping at a time; nobody is given up who was not asked.

import { CarError, type CarErrorCode } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Peer } from "../rpc/peer.ts";
import type { CommonStream } from "./common_stream.ts";

/** What Liveness is composed of. */
export interface LivenessOptions {
  readonly peer: Peer;
  readonly common: () => CommonStream;
  readonly limits: Limits;
}

/** What became of a ping. */
type PingOutcome = "answered" | "silent" | "not_asked" | "closed";

/** Asks the client of one session for signs of life. */
export class Liveness {
  readonly #options: LivenessOptions;
  #running: Promise<boolean> | undefined;
  /** Somebody came back since the last ping went out. */
  #isDoubted = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /**
   * Whether the client answers on any of the connections that listen, or cannot be asked now; false
   * as well once the session is closed. Never rejects.
   */
  check(): Promise<boolean> {
    return this.#running ??= this.#ask().finally(() => this.#running = undefined);
  }

  /** Somebody came back behind the primary: what it answers to an earlier ping proves nothing. */
  doubt(): void {
    this.#isDoubted = true;
    void this.check();
  }

  async #ask(): Promise<boolean> {
    const { common, limits, peer } = this.#options;
    // Each further round needs a connection that came or went since the last one.
    while (true) {
      this.#isDoubted = false;
      const asking = pingOf(peer, limits.pingMs);
      // Not before: a reader that is too slow for the ping has made way by now.
      const asked = common().primary;
      const outcome = await asking;
      const { primary, shadows } = common();
      if (outcome === "closed") return false;
      if (outcome === "not_asked") return true;
      if (outcome === "answered" && (!this.#isDoubted || shadows === 0)) return true;
      if (outcome === "silent") {
        if (primary === undefined) return false;
        // One that took over while the ping waited has its own time to answer.
        if (primary !== asked) continue;
        if (shadows === 0) return false;
        common().dropPrimary();
      }
    }
  }
}

/** Asks once. */
function pingOf(peer: Peer, timeoutMs: number): Promise<PingOutcome> {
  return peer.request("ping", undefined, { timeoutMs }).then(
    () => "answered",
    (thrown) => thrown instanceof CarError ? OUTCOMES[thrown.code] ?? "closed" : "closed",
  );
}

const OUTCOMES: { readonly [Code in CarErrorCode]?: PingOutcome } = {
  // Who answers that it knows no pings is there.
  conflict: "answered",
  deadline_exceeded: "silent",
  // So many questions wait that no ping could go out; they end in their time, and the next check asks.
  limit_reached: "not_asked",
};
