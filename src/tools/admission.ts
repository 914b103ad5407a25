// Lets a caller use a tool, a resource or a prompt, or not: what the access rules hide answers as what
// is not there, and whoever is let in is held to the namespaces that are open for that use.

import type { Access, AccessNeeds, Use, Verdict } from "../auth/access.ts";
import { ownNamespaceOf } from "../auth/principal.ts";
import { CarError } from "../base/errors.ts";
import type { CallContext, CallOrigin } from "../rpc/context.ts";
import type { Tool } from "./definition.ts";
import { namespaceOf } from "./namespace.ts";
import type { Prompt } from "./prompt.ts";

/** What is used, and what its owner asks of those who use it. */
export interface Entrance {
  readonly use: Use;
  readonly needs?: AccessNeeds | undefined;
}

/** Who asks, and where its request works. */
export type Viewer = Pick<CallOrigin, "principal" | "namespace">;

/** Holds callers to the access rules. */
export class Admission {
  readonly #access: Access;

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

  /** Those of a list that a caller is shown; the list itself where that is all of them. */
  shown<Entry>(
    entries: readonly Entry[],
    entranceOf: (entry: Entry) => Entrance,
    viewer: Viewer,
  ): readonly Entry[] {
    if (viewer.principal.grants === undefined) return entries;
    return entries.filter((entry) => this.shows(entranceOf(entry), viewer));
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

/** How a resource is used. */
export function entranceOfResource(uri: string): Entrance {
  return { use: { kind: "resource", uri } };
}

/** How resources are listed. */
export const ENTRANCE_OF_RESOURCES: Entrance = { use: { kind: "resources" } };

function permissionMissing(requiredPermissions: readonly string[]): CarError {
  const message = `The token lacks ${requiredPermissions.join(", ")}`;
  return new CarError("permission_missing", message, { data: { requiredPermissions } });
}
