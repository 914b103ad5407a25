// The port behind which resources stand, whoever owns them: our own, those of an embedder, those of a
// mounted server. Every method may answer at once or later, and gets the context of its call, so that
// it can tell who asks, stop when nobody waits any more, and ask the client.

import type { Eventually } from "../base/eventually.ts";
import type {
  ResourceContents,
  WireResource,
  WireResourceTemplate,
} from "../protocol/resources.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Completion, CompletionRequest } from "./completion.ts";

/** A page that is asked for. */
export interface ResourcePageRequest {
  /** What this provider gave as `next`; undefined: from the start. */
  readonly after: unknown;
  /** Entries at most; at least 1. */
  readonly limit: number;
}

/** A page of a provider's list; it may hold fewer entries than were asked for. */
export interface ResourcePage {
  readonly resources: readonly WireResource[];
  /** Where the next page begins, as JSON; undefined: there is none. */
  readonly next?: unknown;
}

/** Owns some resources. */
export interface ResourceProvider {
  /** Different from every other provider's and the same after a restart: it stands in cursors. */
  readonly name: string;
  /** A page of the list, in an order that does not change from one page to the next. */
  list(request: ResourcePageRequest, context: CallContext): Eventually<ResourcePage>;
  /** The templates, in a fixed order; all of them on one page. */
  templates(context: CallContext): Eventually<readonly WireResourceTemplate[]>;
  /** What a resource holds; undefined: there is none of that URI here. */
  read(
    uri: string,
    context: CallContext,
  ): Eventually<readonly ResourceContents[] | undefined>;
  /**
   * The one form in which changes of the resource are told; undefined for somebody else's URI. Without
   * it, only the URI as it is written there is that resource's.
   */
  canonicalUri?(uri: string): string | undefined;
  /** Has `listener` run after each change of the list, until the returned function is called. */
  onChange?(listener: () => void): () => void;
  /**
   * Watches a resource that somebody wishes to hear of, also one that is not there yet: `onUpdate` runs
   * after each change, until the returned function is called. Not asked for a URI with a canonical form,
   * of whose changes its owner tells by itself.
   */
  watch?(uri: string, onUpdate: () => void): () => void;
  /** Values of a template's variable; undefined for somebody else's template or an unknown variable. */
  complete?(
    uriTemplate: string,
    request: CompletionRequest,
    context: CallContext,
  ): Eventually<Completion | undefined>;
}
