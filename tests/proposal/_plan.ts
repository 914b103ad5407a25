// Plans for the tests of this folder, written as a client would send them.

import { ActionProposalSchema, type ParsedProposal } from "../../src/proposal/action_proposal.ts";

/** Reads a plan from its actions as a client writes them. */
export function plan(...actions: readonly unknown[]): ParsedProposal {
  return ActionProposalSchema.parse({ actions });
}

/** A state_write. */
export function write(id: string, key: string, value: unknown): unknown {
  return { id, type: "state_write", parameters: { key, value } };
}

/** An assertion with one precondition. */
export function check(id: string, key: string, operator: string, value?: unknown): unknown {
  return { id, type: "assertion", preconditions: [{ key, operator, value }] };
}

/** An assertion that depends on keys. */
export function needs(id: string, ...keys: readonly string[]): unknown {
  return { id, type: "assertion", state_dependencies: keys };
}
