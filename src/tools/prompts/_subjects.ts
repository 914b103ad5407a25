// What the arguments of our prompts are completed with: what the memory knows something about.

import type { Limits } from "../../base/limits.ts";
import { composed } from "../../base/normal_form.ts";
import type { FactDirectory } from "../../memory/fact_directory.ts";
import type { CallContext } from "../../rpc/context.ts";
import { type Completion, COMPLETION_VALUES_MAX, type CompletionRequest } from "../completion.ts";
import { namespaceOf } from "../namespace.ts";

/** What the subjects are looked up with. */
export interface SubjectParts {
  readonly facts: FactDirectory;
  readonly limits: Limits;
}

/** Completes with subjects of facts that begin so. */
export function subjectsOf(
  { facts, limits }: SubjectParts,
): (request: CompletionRequest, context: CallContext) => Completion {
  return ({ prefix }, context) =>
    facts.subjects({
      namespace: namespaceOf(context),
      // A blank at the end is part of what is being written.
      prefix: composed(prefix.trimStart(), limits.subjectBytesMax),
      limit: COMPLETION_VALUES_MAX,
    });
}
