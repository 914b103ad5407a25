// The resources of all mounted servers as one provider, under their own URIs: hosts and tools know them by
// these. A URI goes to the server that lists it, else to one that has a template for it, and to nobody
// else; where two servers list one URI, the first by name has it.

import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type {
  ResourceContents,
  WireResource,
  WireResourceTemplate,
} from "../protocol/resources.ts";
import type { ResourcePage, ResourceProvider } from "../tools/resource_provider.ts";
import { matchesParts } from "./_wildcard.ts";
import { errorCodeOf } from "./connection.ts";
import type { FindOwner, ResourceWishes } from "./resource_wishes.ts";
import { completeFrom, type ServerOffer } from "./server_offer.ts";

/** Where the provider gets what there is now. */
export interface MountedResourcesOptions {
  /** By name of the server. */
  readonly servers: () => readonly ServerOffer[];
  readonly wishes: Pick<ResourceWishes, "watch">;
  readonly onChange: (listener: () => void) => () => void;
}

interface Owned<Entry> {
  readonly entry: Entry;
  readonly offer: ServerOffer;
}

// What servers answer to an unknown URI: before 2026-07-28, and from then on.
const NOT_FOUND: ReadonlySet<number | undefined> = new Set([-32002]);

/** Makes the provider. */
export function mountedResources(options: MountedResourcesOptions): ResourceProvider {
  const resources = () => owned(options.servers(), (offer) => offer.listing.resources, uriOf);
  const templates = () => owned(options.servers(), (offer) => offer.listing.templates, templateOf);
  return {
    name: "mounted",
    onChange: options.onChange,
    list({ after, limit }): ResourcePage {
      const all = [...resources().values()].map(({ entry }) => entry);
      // The URI of the last one: resources come and go, and then places move.
      const start = all.findIndex(({ uri }) => uri === after) + 1;
      const page = all.slice(start, start + limit);
      const isLast = start + page.length >= all.length;
      return { resources: page, ...(isLast ? {} : { next: page.at(-1)?.uri }) };
    },
    templates: () => [...templates().values()].map(({ entry }) => entry),
    async read(uri, caller) {
      const owner = resourceOwners(options.servers())(uri);
      if (owner === undefined) return undefined;
      try {
        return contentsOf(await owner.ask("resources/read", { uri }, caller));
      } catch (thrown) {
        if (NOT_FOUND.has(errorCodeOf(thrown))) return undefined;
        throw thrown;
      }
    },
    watch: (uri, onUpdate) => options.wishes.watch(uri, onUpdate),
    async complete(uriTemplate, request, caller) {
      const owner = templates().get(uriTemplate);
      if (owner === undefined) return undefined;
      return await completeFrom(
        owner.offer.ask,
        { type: "ref/resource", uri: uriTemplate },
        request,
        caller,
      );
    },
  };
}

/** Finds the server to which a URI goes. */
export function resourceOwners(servers: readonly ServerOffer[]): FindOwner {
  const resources = owned(servers, ({ listing }) => listing.resources, uriOf);
  const templates = [...owned(servers, ({ listing }) => listing.templates, templateOf).values()];
  return (uri) => (resources.get(uri) ?? templates.find(({ entry }) => fits(entry, uri)))?.offer;
}

const uriOf = ({ uri }: WireResource) => uri;
const templateOf = ({ uriTemplate }: WireResourceTemplate) => uriTemplate;

function owned<Entry>(
  servers: readonly ServerOffer[],
  entriesOf: (offer: ServerOffer) => readonly Entry[],
  keyOf: (entry: Entry) => string,
): ReadonlyMap<string, Owned<Entry>> {
  const found = new Map<string, Owned<Entry>>();
  for (const offer of servers) {
    for (const entry of entriesOf(offer)) {
      if (!found.has(keyOf(entry))) found.set(keyOf(entry), { entry, offer });
    }
  }
  return found;
}

/** Whether a URI may be one of the template: its literal parts stand where they have to (RFC 6570). */
function fits({ uriTemplate }: WireResourceTemplate, uri: string): boolean {
  const parts = uriTemplate.split(/\{[^{}]*\}/);
  // A template without a literal beginning would fit every URI there is.
  return parts[0] !== "" && matchesParts(parts, uri);
}

function contentsOf({ contents }: JsonObject): readonly ResourceContents[] {
  return Array.isArray(contents) ? contents.filter(isContents) : [];
}

function isContents(value: unknown): value is ResourceContents {
  return isJsonObject(value) && typeof value.uri === "string";
}
