// The wire shapes of prompts: what `prompts/list` shows and what `prompts/get` answers (2025-11-25,
// "Prompts"). The revision's row decides which members an older client gets to see.

import { type ContentBlock, contentForRevision, type ForeignContent } from "./content.ts";
import type { JsonObject } from "./json_rpc.ts";
import { listedForRevision, type WireListed } from "./resources.ts";
import type { Revision } from "./revisions.ts";

/** An argument of a prompt; its value is always a text. */
export interface WirePromptArgument {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly required?: boolean;
}

/** A prompt as `prompts/list` shows it. */
export interface WirePrompt extends WireListed {
  readonly arguments?: readonly WirePromptArgument[];
}

/** A message for the model; it holds one block. */
export interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: ContentBlock | ForeignContent;
}

/** The result of `prompts/get`. */
export interface GetPromptResult {
  readonly description?: string;
  readonly messages: readonly PromptMessage[];
  readonly _meta?: JsonObject;
}

/** The prompt as a client of that revision knows it. */
export function promptForRevision(prompt: WirePrompt, revision: Revision): WirePrompt {
  const known = listedForRevision(prompt, revision);
  if (known.arguments === undefined) return known;
  const args = known.arguments.map((argument) => listedForRevision(argument, revision));
  return { ...known, arguments: args };
}

/** The messages as a client of that revision knows them. */
export function promptResultForRevision(
  result: GetPromptResult,
  revision: Revision,
): GetPromptResult {
  const messages = result.messages.map((message) => {
    const [content = message.content] = contentForRevision([message.content], revision);
    return { ...message, content };
  });
  return { ...result, messages };
}
