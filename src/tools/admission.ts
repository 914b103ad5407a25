// Lets a caller use a tool, a resource or a prompt, or not: what the access rules hide answers as what
// is not there, and whoever is let in is held to the namespaces that are open for that use.

import type { Access, AccessNeeds, Use, Verdict } from "../auth/access.ts";
import { ownNamespaceOf, type Principal } from "../auth/principal.ts";
import { CarError } from "../base/errors.ts";
import type { CallContext, CallOrigin } from "../rpc/context.ts";
import type { Tool } from "./definition.ts";
import { namespaceOf } from "./namespace.ts";
import type { Prompt } from "./prompt.ts";
import type { ResourceRegistry } from "./resource_registry.ts";

/** What is used, and what its owner asks of those who use it. */
export interface Entrance {
  readonly use: Use;
  readonly needs?: AccessNeeds | undefined;
}

/** Who asks, and where its request works. */
export type Viewer = Pick<CallOrigin, "principal" | "namespace">;

/** What somebody is shown of a list. */
interface Shown {
  readonly namespace: string;
  readonly entries: readonly unknown[];
}

/** Holds callers to the access rules. */
export class Admission {
  readonly #access: Access;
  /** By principal and list, what was shown last: who lists once does it again, in the same namespace. */
  readonly #shown = new WeakMap<Principal, WeakMap<readonly unknown[], Shown>>();

  constructor(access: Access) {
    this.#access = access;
  }

  /** Whether a caller is shown that. */
  shows(entrance: Entrance, viewer: Viewer): boolean {
    return viewer.principal.grants === undefined || this.#judge(entrance, viewer).kind !== "hidden";
  }

  /** Whether a caller may use that now. */
  opens(entrance: Entrance, viewer: Viewer): boolean {
    return viewer.principal.grants === undefined ||
      this.#judge(entrance, viewer).kind === "allowed";
  }

  /**
   * Those of a list that a caller is shown; the list itself where that is all of them. The same array as
   * long as the list is the same array, which must not change, and nobody changed what the caller may.
   */
  shown<Entry>(
    entries: readonly Entry[],
    entranceOf: (entry: Entry) => Entrance,
    viewer: Viewer,
  ): readonly Entry[] {
    const { principal, namespace = ownNamespaceOf(principal) } = viewer;
    if (principal.grants === undefined) return entries;
    const ofPrincipal = this.#shown.get(principal) ?? new WeakMap<readonly unknown[], Shown>();
    this.#shown.set(principal, ofPrincipal);
    const known = ofPrincipal.get(entries);
    // What was kept for a list was filtered from it.
    if (known?.namespace === namespace) return known.entries as readonly Entry[];
    const shown = entries.filter((entry) => this.shows(entranceOf(entry), viewer));
    const kept = shown.length === entries.length ? entries : shown;
    ofPrincipal.set(entries, { namespace, entries: kept });
    return kept;
  }

  /**
   * Lets a caller in; gives the context to go on with, which keeps to the namespaces that are open.
   * Throws CarError: `unknown` for what is hidden, `permission_missing` where a wider token would do.
   */
  admit({ use, needs }: Entrance, context: CallContext, unknown: () => CarError): CallContext {
    const { principal } = context;
    if (principal.grants === undefined) return context;
    const verdict = this.#access.judge(principal, use, namespaceOf(context), needs);
    if (verdict.kind === "hidden") throw unknown();
    if (verdict.kind === "lacking") throw permissionMissing(verdict.permissions);
    return context.checkingNamespaces((namespace) =>
      this.#access.assertMayUse(principal, use, namespace, needs)
    );
  }

  /** The permissions that a caller lacks for that and could fetch. */
  missing(entrance: Entrance, viewer: Viewer): readonly string[] {
    const verdict = this.#judge(entrance, viewer);
    return verdict.kind === "lacking" ? verdict.permissions : [];
  }

  // A name that is none is refused where the request runs.
  #judge({ use, needs }: Entrance, { principal, namespace }: Viewer): Verdict {
    return this.#access.judge(principal, use, namespace ?? ownNamespaceOf(principal), needs);
  }
}

/** How a tool is used. */
export function entranceOfTool({ wire: { name }, aliases = [], needs }: Tool): Entrance {
  return { use: { kind: "tool", name, aliases }, needs };
}

/** How a prompt is used. */
export function entranceOfPrompt({ wire: { name }, needs }: Prompt): Entrance {
  return { use: { kind: "prompt", name }, needs };
}

/** How a resource is used, whichever way its URI is written. */
export function entranceOfResource(
  uri: string,
  registry: Pick<ResourceRegistry, "canonicalUri">,
): Entrance {
  return { use: { kind: "resource", uri, canonical: registry.canonicalUri(uri) } };
}

/** How resources are listed. */
export const ENTRANCE_OF_RESOURCES: Entrance = { use: { kind: "resources" } };

function permissionMissing(requiredPermissions: readonly string[]): CarError {
  const message = `The token lacks ${requiredPermissions.join(", ")}`;
  return new CarError("permission_missing", message, { data: { requiredPermissions } });
}
