// `completion/complete` (2025-11-25, "Completion"). A client asks while somebody types, so a reference
// that is not known, any more or yet, completes to nothing; only what is no request is an error.

import { CarError } from "../../base/errors.ts";
import type { Limits } from "../../base/limits.ts";
import { isJsonObject, type JsonObject } from "../../protocol/json_rpc.ts";
import type { CallContext } from "../../rpc/context.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import {
  type Completion,
  COMPLETION_VALUES_MAX,
  type CompletionRequest,
  NO_COMPLETION,
} from "../../tools/completion.ts";
import {
  type Admission,
  type Entrance,
  entranceOfPrompt,
  entranceOfResource,
} from "../../tools/admission.ts";
import type { PromptRegistry } from "../../tools/prompt_registry.ts";
import type { ResourceRegistry } from "../../tools/resource_registry.ts";

/** Whose values are completed. */
export interface CompletionParts {
  readonly limits: Limits;
  readonly prompts: PromptRegistry;
  readonly resources: ResourceRegistry;
  readonly admission: Admission;
}

/** Answers `completion/complete`. */
export function complete(parts: CompletionParts): MethodHandler {
  const { prompts, resources, limits, admission } = parts;
  return async (params, outer: CallContext) => {
    const reference = referenceIn(params);
    const request = requestIn(params);
    if (request.prefix.length > limits.completionCharsMax) return { completion: NO_COMPLETION };
    const entrance = entranceOf(reference, parts);
    // What is hidden completes as what is not there.
    if (entrance === undefined || !admission.shows(entrance, outer.origin)) {
      return { completion: NO_COMPLETION };
    }
    const context = admission.admit(entrance, outer, unknownReference);
    if (reference.type === "ref/prompt") {
      const completion = await prompts.find(reference.name)?.complete(request, context);
      return { completion: bounded(completion ?? NO_COMPLETION) };
    }
    const completion = await resources.complete(reference.uri, request, context);
    const isOpen = (value: string) =>
      admission.opens(
        entranceOfResource(uriWith(reference.uri, request.argument, value), resources),
        context.origin,
      );
    return { completion: bounded(openOnes(completion ?? NO_COMPLETION, isOpen)) };
  };
}

/** No more values than the protocol allows, whoever gave them. */
function bounded(completion: Completion): Completion {
  if (completion.values.length <= COMPLETION_VALUES_MAX) return completion;
  const values = completion.values.slice(0, COMPLETION_VALUES_MAX);
  return { ...completion, values, hasMore: true };
}

/** The values that lead to what the caller may see; how many others there are is not told either. */
function openOnes(all: Completion, isOpen: (value: string) => boolean): Completion {
  const values = all.values.filter(isOpen);
  return values.length === all.values.length ? all : { values, hasMore: all.hasMore };
}

/** The URI of a template with one of its variables filled in. */
function uriWith(uriTemplate: string, variable: string, value: string): string {
  // No URI has half a surrogate pair, and what leads nowhere is nobody's to hide.
  const written = value.isWellFormed() ? encodeURIComponent(value) : "";
  return uriTemplate.replaceAll(`{${variable}}`, () => written);
}

function entranceOf(
  reference: Reference,
  { prompts, resources }: CompletionParts,
): Entrance | undefined {
  if (reference.type === "ref/resource") return entranceOfResource(reference.uri, resources);
  const prompt = prompts.find(reference.name);
  return prompt && entranceOfPrompt(prompt);
}

type Reference =
  | { readonly type: "ref/prompt"; readonly name: string }
  | { readonly type: "ref/resource"; readonly uri: string };

function referenceIn(params: JsonObject | undefined): Reference {
  const { type, name, uri } = isJsonObject(params?.ref) ? params.ref : {};
  if (type === "ref/prompt" && typeof name === "string") return { type, name };
  if (type === "ref/resource" && typeof uri === "string") return { type, uri };
  const wanted = '"ref/prompt" with a "name", or "ref/resource" with a "uri"';
  throw new CarError("invalid_argument", `Parameter "ref" must be of type ${wanted}`);
}

function requestIn(params: JsonObject | undefined): CompletionRequest {
  const { name, value } = isJsonObject(params?.argument) ? params.argument : {};
  if (typeof name !== "string" || typeof value !== "string") {
    const message = 'Parameter "argument" must have a "name" and a "value", both strings';
    throw new CarError("invalid_argument", message);
  }
  const { arguments: others } = isJsonObject(params?.context) ? params.context : {};
  const texts = Object.entries(isJsonObject(others) ? others : {})
    .filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { argument: name, prefix: value, others: new Map(texts) };
}

function unknownReference(): CarError {
  return new CarError("invalid_argument", "Unknown reference");
}
