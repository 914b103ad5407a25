// Asking a person whether a call may be made.

import type { Eventually } from "../base/eventually.ts";
import type { Approval } from "../policy/approval.ts";
import type { ApprovalRule } from "../policy/rule.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { CallContext } from "../rpc/context.ts";

/** A call that waits for approval. */
export interface ApprovalRequest {
  readonly tool: string;
  readonly args: JsonObject;
  /** The rules that ask for it; one answer is for all of them. */
  readonly rules: readonly ApprovalRule[];
}

/** Asks the person at the client of a call. */
export interface Approver {
  /** Whether the client of a call can be asked at all. */
  canAsk(context: CallContext): boolean;
  /** Asks, and waits for the answer until the call ends. */
  ask(request: ApprovalRequest, context: CallContext): Eventually<Approval>;
}
