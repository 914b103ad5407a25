// Whether a transaction sees just what the ones before it left: then what they knew of the table still
// holds. Asked by whoever keeps rows beside the table from one transaction to the next.

/** The transactions of one store, one after the other. */
export class WriteSequence {
  #generation = -1;
  #revision = -1;

  /**
   * A transaction begins: false when it does not follow the last one, or when anything was undone or
   * written by somebody else in between, which `generation` tells.
   */
  goesOn(revision: number, generation: number): boolean {
    const isNext = generation === this.#generation && revision === this.#revision + 1;
    this.#generation = generation;
    this.#revision = revision;
    return isNext;
  }
}
