// The prompts of all mounted servers, under names like those of their tools.

import { CarError } from "../base/errors.ts";
import { given } from "../base/given.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { GetPromptResult, PromptMessage, WirePrompt } from "../protocol/prompts.ts";
import type { Prompt } from "../tools/prompt.ts";
import { completeFrom, type ServerOffer } from "./server_offer.ts";
import { mountedName } from "./tool_names.ts";

/** The prompts of these servers, by name. */
export function mountPrompts(servers: readonly ServerOffer[]): ReadonlyMap<string, Prompt> {
  const prompts = servers.flatMap((offer) =>
    offer.listing.prompts.map((wire) => mountPrompt(offer, wire))
  );
  const sorted = prompts.sort((a, b) => a.wire.name < b.wire.name ? -1 : 1);
  return new Map(sorted.map((prompt) => [prompt.wire.name, prompt]));
}

function mountPrompt({ server, ask }: ServerOffer, wire: WirePrompt): Prompt {
  const { name } = wire;
  return {
    wire: { ...wire, name: mountedName(server, name) },
    async get(args, caller) {
      if (args !== undefined && !isJsonObject(args)) {
        throw new CarError("invalid_argument", 'Parameter "arguments" must be an object');
      }
      return resultOf(await ask("prompts/get", { name, ...given("arguments", args) }, caller));
    },
    complete: (request, caller) => completeFrom(ask, { type: "ref/prompt", name }, request, caller),
  };
}

/** A result as the server wrote it, if its messages are messages. */
function resultOf({ description, messages, _meta }: JsonObject): GetPromptResult {
  return {
    ...given("description", typeof description === "string" ? description : undefined),
    messages: Array.isArray(messages) ? messages.filter(isMessage) : [],
    ...given("_meta", isJsonObject(_meta) ? _meta : undefined),
  };
}

function isMessage(value: unknown): value is PromptMessage {
  if (!isJsonObject(value) || !isJsonObject(value.content)) return false;
  return (value.role === "user" || value.role === "assistant") &&
    typeof value.content.type === "string";
}
