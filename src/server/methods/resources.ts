// `resources/list`, `resources/templates/list`, `resources/read`, and, for the revisions with sessions,
// `resources/subscribe` and `resources/unsubscribe` (2025-11-25, "Resources").

import type { Sealer } from "../../auth/sealer.ts";
import { CarError } from "../../base/errors.ts";
import { checkChars } from "../../base/text_fields.ts";
import type { JsonObject } from "../../protocol/json_rpc.ts";
import { listedForRevision } from "../../protocol/resources.ts";
import type { ResourceWish } from "../../rpc/changes.ts";
import type { CallContext, Subscriptions } from "../../rpc/context.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import { type Admission, entranceOfResource } from "../../tools/admission.ts";
import { namespaceOf } from "../../tools/namespace.ts";
import type { ResourceRegistry } from "../../tools/resource_registry.ts";
import { Cursors, PAGE_ENTRIES_MAX } from "../pages.ts";

/** Answers `resources/list`. */
export function listResources(
  registry: ResourceRegistry,
  sealer: Sealer,
  admission: Admission,
): MethodHandler {
  const cursors = new Cursors(sealer, "resources");
  return async (params, context) => {
    const after = cursors.read(params, context);
    context.origin.subscriptions?.watchLists(context.origin.namespace);
    const { resources, next } = await registry.list(after, PAGE_ENTRIES_MAX, context);
    // A page is short of what is not shown, rather than empty of all: cursors go by the whole list.
    // Their names are what is remembered, so seeing them is reading them.
    const shown = resources.filter(({ uri }) =>
      admission.opens(entranceOfResource(uri, registry), context.origin)
    );
    return {
      resources: shown.map((resource) => listedForRevision(resource, context.revision)),
      ...cursors.next(next, context),
    };
  };
}

/** Answers `resources/templates/list`: all templates on one page, in a fixed order. */
export function listResourceTemplates(
  registry: ResourceRegistry,
  admission: Admission,
): MethodHandler {
  return async (params, context) => {
    // There is one page, so no cursor was ever given out.
    if (params?.cursor !== undefined) throw new CarError("invalid_argument", "Unknown cursor");
    const all = await registry.templates(context);
    const templates = admission.shown(
      all,
      ({ uriTemplate }) => entranceOfResource(uriTemplate, registry),
      context.origin,
    );
    return {
      resourceTemplates: templates.map((template) => listedForRevision(template, context.revision)),
    };
  };
}

/** Answers `resources/read`. */
export function readResource(registry: ResourceRegistry, admission: Admission): MethodHandler {
  return async (params, outer) => {
    const uri = uriIn(params);
    const context = admission.admit(
      entranceOfResource(uri, registry),
      outer,
      () => registry.notFound(uri),
    );
    return { contents: await registry.read(uri, context) };
  };
}

/** Answers `resources/subscribe`; a resource that is not there yet may come. */
export function subscribeResource(
  registry: ResourceRegistry,
  admission: Admission,
): MethodHandler {
  return (params, outer) => {
    const uri = uriIn(params);
    const context = admission.admit(
      entranceOfResource(uri, registry),
      outer,
      () => registry.notFound(uri),
    );
    subscriptionsOf(context).add(wishIn(params, context, registry));
    return {};
  };
}

/** Answers `resources/unsubscribe`; that there was no subscription is no error. */
export function unsubscribeResource(registry: ResourceRegistry): MethodHandler {
  return (params, context) => {
    subscriptionsOf(context).remove(wishIn(params, context, registry));
    return {};
  };
}

function wishIn(
  params: JsonObject | undefined,
  context: CallContext,
  registry: ResourceRegistry,
): ResourceWish {
  const uri = uriIn(params);
  checkChars("uri", uri, registry.uriCharsMax);
  const canonical = registry.canonicalUri(uri);
  return { kind: "resource", namespace: namespaceOf(context), uri: canonical, toldAs: uri };
}

function uriIn(params: JsonObject | undefined): string {
  const uri = params?.uri;
  if (typeof uri === "string") return uri;
  throw new CarError("invalid_argument", 'Parameter "uri" must be a string');
}

function subscriptionsOf({ origin }: CallContext): Subscriptions {
  if (origin.subscriptions !== undefined) return origin.subscriptions;
  throw new CarError("conflict", "A subscription is kept by a session; start with initialize");
}
