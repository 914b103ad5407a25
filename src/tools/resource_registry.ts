// The resources of an app: the lists of its providers one after the other, and the first provider that
// knows a URI.

import { CarError, invariant } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { given } from "../base/given.ts";
import { isJsonObject } from "../protocol/json_rpc.ts";
import type {
  ResourceContents,
  WireResource,
  WireResourceTemplate,
} from "../protocol/resources.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Completion, CompletionRequest } from "./completion.ts";
import type { ResourcePage, ResourceProvider } from "./resource_provider.ts";

// A provider may give short pages with more behind them; so often it is asked again before a page goes
// out as it is.
const SHORT_PAGES_MAX = 16;

/** The resources on offer. */
export class ResourceRegistry {
  readonly #providers: readonly ResourceProvider[];

  /** A longer URI names no resource, and no provider is asked for it. */
  readonly uriCharsMax: number;

  constructor(
    providers: readonly ResourceProvider[],
    { uriCharsMax }: Pick<Limits, "uriCharsMax">,
  ) {
    const names = new Set(providers.map(({ name }) => name));
    invariant(names.size === providers.length, "two providers of resources have one name");
    this.#providers = providers;
    this.uriCharsMax = uriCharsMax;
  }

  /**
   * A page of all lists, at most `limit` entries. `after` is what the page before gave as `next`;
   * throws CarError `invalid_argument` for anything else.
   */
  async list(after: unknown, limit: number, context: CallContext): Promise<ResourcePage> {
    let place: Place | undefined = after === undefined ? this.#start() : this.#placeOf(after);
    const resources: WireResource[] = [];
    for (let short = 0; place !== undefined && short < SHORT_PAGES_MAX;) {
      if (resources.length >= limit) break;
      const { provider, at }: Place = place;
      const page = await provider.list({ after: at, limit: limit - resources.length }, context);
      resources.push(...page.resources);
      if (page.next !== undefined) short++;
      place = page.next === undefined ? this.#following(provider) : { provider, at: page.next };
    }
    const next = place && { provider: place.provider.name, ...given("at", place.at) };
    return { resources, ...given("next", next) };
  }

  /** The templates of all providers. */
  async templates(context: CallContext): Promise<readonly WireResourceTemplate[]> {
    const templates = [];
    for (const provider of this.#providers) templates.push(...await provider.templates(context));
    return templates;
  }

  /** What a resource holds; throws CarError `resource_not_found` for an unknown URI. */
  async read(uri: string, context: CallContext): Promise<readonly ResourceContents[]> {
    if (uri.length > this.uriCharsMax) throw this.notFound(uri);
    for (const provider of this.#providers) {
      const contents = await provider.read(uri, context);
      if (contents !== undefined) return contents;
    }
    throw this.notFound(uri);
  }

  /** What is said of an unknown URI; one that is too long is not repeated. */
  notFound(uri: string): CarError {
    const data = uri.length > this.uriCharsMax ? {} : { uri };
    return new CarError("resource_not_found", "Resource not found", { data });
  }

  /** The form of a URI in which changes of its resource are told. */
  canonicalUri(uri: string): string {
    if (uri.length > this.uriCharsMax) return uri;
    for (const provider of this.#providers) {
      const canonical = provider.canonicalUri?.(uri);
      if (canonical !== undefined) return canonical;
    }
    return uri;
  }

  /** Watches a resource that has no canonical form, until the returned function is called. */
  watch(uri: string, onUpdate: () => void): () => void {
    const isToldAnyway = this.#providers.some((each) => each.canonicalUri?.(uri) !== undefined);
    if (isToldAnyway) return () => {};
    const stops = this.#providers.map((provider) => provider.watch?.(uri, onUpdate));
    return () => stops.forEach((stop) => stop?.());
  }

  /** Values of a template's variable; undefined for an unknown one. */
  async complete(
    uriTemplate: string,
    request: CompletionRequest,
    context: CallContext,
  ): Promise<Completion | undefined> {
    for (const provider of this.#providers) {
      const completion = await provider.complete?.(uriTemplate, request, context);
      if (completion !== undefined) return completion;
    }
    return undefined;
  }

  #start(): Place | undefined {
    const [provider] = this.#providers;
    return provider && { provider, at: undefined };
  }

  #following(provider: ResourceProvider): Place | undefined {
    const next = this.#providers[this.#providers.indexOf(provider) + 1];
    return next && { provider: next, at: undefined };
  }

  // A provider may have gone since the cursor was given out, with a mounted server or an embedder.
  #placeOf(after: unknown): Place {
    const { provider: name, at } = isJsonObject(after) ? after : {};
    const provider = this.#providers.find((each) => each.name === name);
    if (provider === undefined) throw new CarError("invalid_argument", "Unknown cursor");
    return { provider, at };
  }
}

interface Place {
  readonly provider: ResourceProvider;
  readonly at: unknown;
}
