// Asks the person at the client by elicitation (2025-06-18, "Elicitation"). The arguments are shown as
// the client sent them, because nobody can approve what they cannot see. Only a plain yes approves; a
// client that cannot be asked, or that answers with an error, approves nothing.

import { CarError } from "../base/errors.ts";
import type { Approval } from "../policy/approval.ts";
import { assertCanBeAsked, type FormQuestion } from "../rpc/questions.ts";
import type { CallContext } from "../rpc/context.ts";
import { cut } from "./_complaint.ts";
import type { ApprovalRequest, Approver } from "./approver.ts";

/** Asks through the client of the call. */
export const ELICITED_APPROVER: Approver = { canAsk, ask };

const ARGUMENTS_CHARS_MAX = 1_000; // What a person reads before the yes.
const REASONS_SHOWN = 8;

const FORM: FormQuestion["requestedSchema"] = {
  type: "object",
  properties: {
    approve: { type: "boolean", title: "Approve", description: "Whether the call may be made" },
  },
  required: ["approve"],
};

function canAsk(context: CallContext): boolean {
  try {
    const question: FormQuestion = { kind: "form", message: "", requestedSchema: FORM };
    assertCanBeAsked({ question }, context.origin.capabilities);
    return true;
  } catch (thrown) {
    if (thrown instanceof CarError && thrown.code === "capability_missing") return false;
    throw thrown;
  }
}

async function ask(request: ApprovalRequest, context: CallContext): Promise<Approval> {
  if (!canAsk(context)) return "cannot_be_asked";
  const question: FormQuestion = {
    kind: "form",
    message: questionText(request),
    requestedSchema: FORM,
  };
  try {
    const { action, content } = await context.ask(question);
    return action === "accept" && content?.["approve"] === true ? "approved" : "declined";
  } catch (thrown) {
    const code = thrown instanceof CarError ? thrown.code : undefined;
    // No stream leads to the client, or it answered with an error: in neither case a person said yes.
    if (code === "closed" && !context.signal.aborted) return "cannot_be_asked";
    if (code === "conflict") return "declined";
    throw thrown;
  }
}

function questionText({ tool, args, rules }: ApprovalRequest): string {
  const reasons = rules.slice(0, REASONS_SHOWN).flatMap(({ reason }) => reason ?? []);
  const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
  const given = cut(JSON.stringify(args), ARGUMENTS_CHARS_MAX);
  return `A policy asks for your approval${why}: may the tool "${tool}" be called with ${given}?`;
}
