// Which request states were used: each may be used once, so that a person's yes to one call is not a
// yes to two. A state that has expired is refused anyway and need not be remembered.

/** Remembers the states that were used. */
export interface UsedStates {
  /**
   * Marks a state as used, until the time (milliseconds since 1970) from which it is refused anyway.
   * `used` if it had been used before; `full` if no further one can be remembered now, which is a
   * refusal, too: a state that is forgotten could be used twice.
   */
  use(id: string, expiresMs: number): "first" | "used" | "full";
}
