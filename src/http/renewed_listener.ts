// A socket whose certificate can be replaced. No runtime takes another one for a socket that is open, so the
// socket is opened anew on the same port: connections of the old one go on with theirs, and end with their
// last answer. Under Bun the new one is open at once, under Deno some milliseconds later; who connects
// in between is refused and may try again.

import { type Clock, pause } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { type Certificate, listen, type Listener, type ListenOptions } from "./listen.ts";

/** Options of `listenRenewed`. */
export interface RenewedListenerOptions extends ListenOptions {
  readonly certificate: Certificate;
  /** One whose timers keep the process alive. */
  readonly clock: Clock;
}

/** An open socket with a certificate. */
export interface RenewedListener extends Listener {
  /**
   * Shows another certificate to whoever connects from now on. Throws CarError `config_invalid` for one
   * that the runtime does not take; then the one before stays. Rejects with `address_in_use` when
   * somebody else has taken the port; then nothing listens any more.
   */
  renew(certificate: Certificate): Promise<void>;
}

/** Opens the socket; throws as `listen`. */
export function listenRenewed(options: RenewedListenerOptions): RenewedListener {
  return new Renewed(options);
}

// Deno lets go of a port in one or two turns; a machine that is short of time may take longer.
const TRY_EVERY_MS = 2;
const TRIES_MAX = 1_000;

class Renewed implements RenewedListener {
  readonly port: number;
  readonly #options: RenewedListenerOptions;
  #current: Listener;
  // Those that take no connections any more and have some left.
  readonly #ending = new Set<Listener>();
  #isStopped = false;

  constructor(options: RenewedListenerOptions) {
    this.#options = options;
    this.#current = listen(options);
    this.port = this.#current.port;
  }

  async renew(certificate: Certificate): Promise<void> {
    // What the runtime refuses is found out before the port is let go.
    await listen({ ...this.#options, port: 0, certificate }).abort();
    if (this.#isStopped) return;
    this.#end(this.#current);
    this.#current = await this.#reopen(certificate);
    if (this.#isStopped) this.#end(this.#current);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#current, ...this.#ending].map((listener) => listener.stop()));
  }

  async abort(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#current, ...this.#ending].map((listener) => listener.abort()));
  }

  #end(listener: Listener): void {
    this.#ending.add(listener);
    void listener.stop().finally(() => this.#ending.delete(listener));
  }

  async #reopen(certificate: Certificate): Promise<Listener> {
    for (let left = TRIES_MAX;; left--) {
      try {
        return listen({ ...this.#options, port: this.port, certificate });
      } catch (thrown) {
        const isTaken = thrown instanceof CarError && thrown.code === "address_in_use";
        if (!isTaken || left === 0) throw thrown;
        await pause(TRY_EVERY_MS, this.#options.clock);
      }
    }
  }
}
