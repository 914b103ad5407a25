// What the arguments of our prompts are completed with: what the memory knows something about.

import type { FactDirectory } from "../../memory/fact_directory.ts";
import type { CallContext } from "../../rpc/context.ts";
import { type Completion, COMPLETION_VALUES_MAX, type CompletionRequest } from "../completion.ts";
import { namespaceOf } from "../namespace.ts";

/** Completes with subjects of facts that begin so. */
export function subjectsOf(
  facts: FactDirectory,
): (request: CompletionRequest, context: CallContext) => Completion {
  return ({ prefix }, context) =>
    facts.subjects({
      namespace: namespaceOf(context),
      // A blank at the end is part of what is being written.
      prefix: prefix.normalize("NFC").trimStart(),
      limit: COMPLETION_VALUES_MAX,
    });
}
