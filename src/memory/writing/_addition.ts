// What is needed to add a fact to a namespace.

import type { Limits } from "../../base/limits.ts";
import type { NewFact } from "../fact.ts";

/** A fact on its way into a namespace. */
export interface Addition {
  readonly namespace: string;
  /** As `checkFact` returned it. */
  readonly fact: NewFact;
  readonly nowMs: number;
  readonly newId: () => string;
  readonly limits: Limits;
}
