// A write that waits for its transaction: its change, and who is to be told.

import { CarError, messageOf } from "../base/errors.ts";

/**
 * A change; runs synchronously inside the transaction and must not start another one. It is run again,
 * and what it returned before forgotten, when a neighbour in its transaction was refused.
 */
export type Change<T> = (revision: number) => T;

/**
 * One write. Settling after a rejection does nothing, as with any promise; that is how a refused write
 * and a lost transaction meet.
 */
export class WaitingWrite {
  readonly #change: Change<unknown>;
  readonly #resolve: (result: unknown) => void;
  /** Answers that it was refused. */
  readonly reject: (fault: unknown) => void;
  #result: unknown;

  constructor(
    change: Change<unknown>,
    resolve: (result: unknown) => void,
    reject: (fault: unknown) => void,
  ) {
    this.#change = change;
    this.#resolve = resolve;
    this.reject = reject;
  }

  /** Runs the change and keeps what it returns. */
  run(revision: number): void {
    this.#result = this.#change(revision);
  }

  /** Answers with what the last run returned. */
  settle(): void {
    this.#resolve(this.#result);
  }
}

/** Tells every write of a batch that it is on disk, or why none of it is. */
export function settleBatch(batch: readonly WaitingWrite[], fault: CarError | undefined): void {
  for (const write of batch) {
    if (fault === undefined) write.settle();
    else write.reject(new CarError(fault.code, messageOf(fault), { cause: fault.cause }));
  }
}
