// The end of a call from outside: the client cancelled it, its deadline passed, its session went, or it
// asked something and begins anew with the answer.
// The AbortSignal is made when a handler first asks for it, because most calls never do.

import { guardListeners } from "./_guarded_listeners.ts";

/** Why a call was ended before it answered. */
export type CancelReason = "cancelled" | "deadline" | "closed" | "suspended";

/** The cancelled state of one call; the first reason stays. */
export class Cancellation {
  readonly #onFault: (thrown: unknown) => void;
  #reason: CancelReason | undefined;
  #controller: AbortController | undefined;

  /** `onFault` takes what a listener of the signal throws. */
  constructor(onFault: (thrown: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Why the call was ended, or undefined while it runs. */
  get reason(): CancelReason | undefined {
    return this.#reason;
  }

  /** Aborts when the call is ended from outside. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      guardListeners(this.#controller.signal, this.#onFault);
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Ends the call; false if it had been ended before. */
  cancel(reason: CancelReason): boolean {
    if (this.#reason !== undefined) return false;
    this.#reason = reason;
    this.#controller?.abort(reason);
    return true;
  }
}
