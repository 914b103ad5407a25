// How many bytes of bodies the process holds at once. Each body has a bound of its own; this one keeps
// many of them together from filling the memory, and those of one principal from taking all of it.

import type { Shares } from "../base/shares.ts";

/** What became of a wish for room: there was some, the process has none left, or that principal. */
export type BodyRoom = "taken" | "none" | "none_own";

/** Room for the bytes of one principal's bodies. */
export interface BodyShare {
  /** Takes room for some bytes; without it nothing is taken. */
  take(bytes: number): BodyRoom;
  /** Gives room back. */
  release(bytes: number): void;
}

/** The bytes of bodies that are being received. */
export class BodyBudget {
  readonly #bytesMax: number;
  readonly #shares: Shares | undefined;
  #bytes = 0;

  /** `shares`: what one principal may take of it; undefined: everything. */
  constructor(bytesMax: number, shares?: Shares) {
    this.#bytesMax = bytesMax;
    this.#shares = shares;
  }

  /** The room of a principal, by its id. */
  shareOf(id: string): BodyShare {
    return {
      take: (bytes) => this.#take(id, bytes),
      release: (bytes) => this.#release(id, bytes),
    };
  }

  #take(id: string, bytes: number): BodyRoom {
    if (this.#bytes + bytes > this.#bytesMax) return "none";
    if (this.#shares?.take(id, bytes) === false) return "none_own";
    this.#bytes += bytes;
    return "taken";
  }

  #release(id: string, bytes: number): void {
    this.#bytes -= bytes;
    this.#shares?.release(id, bytes);
  }
}
