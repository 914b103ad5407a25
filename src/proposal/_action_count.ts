// The first bound of every look at a plan: how many actions it has.

import { CarError } from "../base/errors.ts";
import type { ParsedProposal } from "./action_proposal.ts";

/** Throws CarError "limit_reached" when the plan has more actions than that. */
export function checkActionCount({ actions }: ParsedProposal, actionsMax: number): void {
  if (actions.length <= actionsMax) return;
  throw new CarError(
    "limit_reached",
    `Cannot check this plan: it has ${actions.length} actions, at most ${actionsMax} are allowed`,
    { data: { field: "proposal.actions", given: actions.length, maximum: actionsMax } },
  );
}
