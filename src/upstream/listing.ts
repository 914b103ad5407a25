// All that a mounted server offers, as far as it said that it offers it: tools, prompts, resources and
// their templates. Tools it has to list; where another list fails, the server is mounted without it.

import { Buffer } from "node:buffer";
import { CarError } from "../base/errors.ts";
import { given } from "../base/given.ts";
import type { Limits } from "../base/limits.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { WirePrompt, WirePromptArgument } from "../protocol/prompts.ts";
import type { WireListed, WireResource, WireResourceTemplate } from "../protocol/resources.ts";
import { listEntries } from "./_pages.ts";
import type { Dialect } from "./dialect.ts";
import { listTools, NO_TOOLS, type ToolListing } from "./listed_tools.ts";

/** What a server offers. */
export interface Listing extends ToolListing {
  /** Under the server's own names, none of which is repeated. */
  readonly prompts: readonly WirePrompt[];
  readonly resources: readonly WireResource[];
  readonly templates: readonly WireResourceTemplate[];
}

/** What a server offers of which nothing is known, or that is given up. */
export const NO_LISTING: Listing = Object.freeze({
  ...NO_TOOLS,
  prompts: [],
  resources: [],
  templates: [],
});

const ENTRY_BYTES_MAX = 64 * 1024;
const ARGUMENTS_MAX = 64;

/** Lists what the server declared; rejects with CarError. */
export async function listOffer(
  dialect: Dialect,
  capabilities: JsonObject,
  limits: Limits,
): Promise<Listing> {
  const { tools, prompts, resources } = capabilities;
  const read = <Entry>(method: string, member: string, readEntry: ReadEntry<Entry>) =>
    entriesOf(dialect, { method, member, readEntry, limits });
  const listed = isJsonObject(tools) ? await listTools(dialect, limits) : NO_TOOLS;
  const hasResources = isJsonObject(resources);
  return {
    ...listed,
    prompts: isJsonObject(prompts) ? await read("prompts/list", "prompts", readPrompt) : [],
    resources: hasResources ? await read("resources/list", "resources", readResource) : [],
    templates: hasResources
      ? await read("resources/templates/list", "resourceTemplates", readTemplate)
      : [],
  };
}

/** What names an entry, and the entry; undefined for what is none. */
type ReadEntry<Entry> = (listed: JsonObject) => readonly [key: string, entry: Entry] | undefined;

interface ListOptions<Entry> {
  readonly method: string;
  readonly member: string;
  readonly readEntry: ReadEntry<Entry>;
  readonly limits: Limits;
}

async function entriesOf<Entry>(
  dialect: Dialect,
  { readEntry, limits, ...list }: ListOptions<Entry>,
): Promise<readonly Entry[]> {
  const entries = new Map<string, Entry>();
  try {
    for await (const listed of listEntries(dialect, list, limits)) {
      if (entries.size >= limits.upstreamToolsMax) break;
      if (!isJsonObject(listed)) continue;
      const read = readEntry(listed);
      if (read === undefined || Buffer.byteLength(JSON.stringify(read)) > ENTRY_BYTES_MAX) continue;
      if (!entries.has(read[0])) entries.set(...read);
    }
  } catch (thrown) {
    // The server said no; whether it is still there shows at the next request.
    if (!(thrown instanceof CarError) || thrown.code !== "conflict") throw thrown;
  }
  return [...entries.values()];
}

function readPrompt(listed: JsonObject): readonly [string, WirePrompt] | undefined {
  const common = readCommon(listed);
  if (common === undefined) return undefined;
  const { arguments: args } = listed;
  const read = Array.isArray(args) ? args.slice(0, ARGUMENTS_MAX).flatMap(readArgument) : undefined;
  return [common.name, { ...common, ...given("arguments", read) }];
}

function readArgument(listed: unknown): readonly WirePromptArgument[] {
  if (!isJsonObject(listed) || typeof listed.name !== "string") return [];
  const { name, title, description, required } = listed;
  return [{
    name,
    ...given("title", textOf(title)),
    ...given("description", textOf(description)),
    ...given("required", typeof required === "boolean" ? required : undefined),
  }];
}

function readResource(listed: JsonObject): readonly [string, WireResource] | undefined {
  const { uri, size } = listed;
  const common = readCommon(listed);
  if (common === undefined || typeof uri !== "string") return undefined;
  const bytes = typeof size === "number" ? size : undefined;
  return [uri, { uri, ...common, ...readKind(listed), ...given("size", bytes) }];
}

function readTemplate(listed: JsonObject): readonly [string, WireResourceTemplate] | undefined {
  const { uriTemplate } = listed;
  const common = readCommon(listed);
  if (common === undefined || typeof uriTemplate !== "string") return undefined;
  return [uriTemplate, { uriTemplate, ...common, ...readKind(listed) }];
}

function readCommon(listed: JsonObject): WireListed | undefined {
  const { name, title, description, icons, _meta } = listed;
  if (typeof name !== "string" || name === "") return undefined;
  return {
    name,
    ...given("title", textOf(title)),
    ...given("description", textOf(description)),
    ...given("icons", Array.isArray(icons) ? icons : undefined),
    ...given("_meta", isJsonObject(_meta) ? _meta : undefined),
  };
}

function readKind({ mimeType, annotations }: JsonObject) {
  return {
    ...given("mimeType", textOf(mimeType)),
    ...given("annotations", isJsonObject(annotations) ? annotations : undefined),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
