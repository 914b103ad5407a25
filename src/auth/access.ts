// Who may use what, where. What a principal brings is held against what a use needs: a permission of the
// protocol's own (`tools:call:NAME`, `resources:read`), and what the rules of the configuration add.
// What cannot be had is not shown; what a wider token would give is named, so that it can be fetched.

import { CarError } from "../base/errors.ts";
import type { AccessRule } from "./access_schema.ts";
import { isAmong, mayEnter, type Principal } from "./principal.ts";
import { spellingsOf } from "./uri_spellings.ts";

/** What somebody wants to use. */
export type Use =
  | { readonly kind: "tool"; readonly name: string; readonly aliases?: readonly string[] }
  /** `canonical`: the form that its owner has for it; default: the URI as it was sent. */
  | { readonly kind: "resource"; readonly uri: string; readonly canonical?: string }
  /** Resources as such: their lists, templates and completions. */
  | { readonly kind: "resources" }
  | { readonly kind: "prompt"; readonly name: string };

/** What is said of a use. */
export type Verdict =
  | { readonly kind: "allowed" }
  /** As good as not there. */
  | { readonly kind: "hidden" }
  /** A token with these permissions besides would do. */
  | { readonly kind: "lacking"; readonly permissions: readonly string[] };

/** What an owner of tools asks of their callers, besides the rules. */
export interface AccessNeeds {
  /** One of these is needed; empty: none. */
  readonly roles?: readonly string[];
  /** One of these is needed; empty: none. */
  readonly permissions?: readonly string[];
}

/** Calls tools. `tools:call:NAME` calls that one. */
export const CALL_PERMISSION = "tools:call";
/** Reads resources, prompts, and what completes their arguments. */
export const READ_PERMISSION = "resources:read";

const ALLOWED: Verdict = { kind: "allowed" };
const HIDDEN: Verdict = { kind: "hidden" };

/** Says who may use what. */
export class Access {
  readonly #rules: readonly AccessRule[];

  constructor(rules: readonly AccessRule[] = []) {
    this.#rules = rules;
  }

  /** All permissions that anything needs, for a token that may do everything. */
  get permissions(): readonly string[] {
    const named = this.#rules.flatMap(({ permissions = [] }) => permissions);
    return [...new Set([CALL_PERMISSION, READ_PERMISSION, ...named])];
  }

  /** Whether a principal may make that use of it in that namespace. */
  judge(principal: Principal, use: Use, namespace: string, needs: AccessNeeds = {}): Verdict {
    const { grants } = principal;
    if (grants === undefined) return ALLOWED;
    if (!mayEnter(principal, namespace)) return HIDDEN;
    // Made once, however many rules there are.
    const named = use.kind === "resource" ? { ...use, spellings: spellingsOf(use) } : use;
    const held = this.#rules.filter((rule) => concerns(rule, named, namespace));
    const asked = [needs, ...held];
    if (!asked.every(({ roles = [] }) => hasOne(grants.roles, roles))) return HIDDEN;
    const lacking = [
      ownPermission(use),
      ...asked.flatMap(({ permissions = [] }) =>
        holdsOne(grants.permissions, permissions) ? [] : permissions.slice(0, 1)
      ),
    ].filter((permission) => !holds(grants.permissions, permission));
    if (lacking.length === 0) return ALLOWED;
    if (!grants.canStepUp) return HIDDEN;
    return { kind: "lacking", permissions: [...new Set(lacking.map(widest))] };
  }

  /** Throws CarError `denied` where a principal may not make that use of that namespace. */
  assertMayUse(principal: Principal, use: Use, namespace: string, needs?: AccessNeeds): void {
    if (this.judge(principal, use, namespace, needs).kind === "allowed") return;
    throw new CarError("denied", `Namespace "${namespace}" is not open to this caller for that`);
  }
}

/** Whether one of the permissions held is that one, or contains it: `tools` contains `tools:call`. */
export function holds(held: ReadonlySet<string>, permission: string): boolean {
  if (held.has(permission)) return true;
  for (let end = permission.lastIndexOf(":"); end > 0; end = permission.lastIndexOf(":", end - 1)) {
    if (held.has(permission.slice(0, end))) return true;
  }
  return false;
}

function holdsOne(held: ReadonlySet<string>, permissions: readonly string[]): boolean {
  return permissions.length === 0 || permissions.some((each) => holds(held, each));
}

function hasOne(held: ReadonlySet<string>, roles: readonly string[]): boolean {
  return roles.length === 0 || roles.some((role) => held.has(role));
}

function ownPermission(use: Use): string {
  return use.kind === "tool" ? `${CALL_PERMISSION}:${use.name}` : READ_PERMISSION;
}

// A client that lacks the permission for one tool is sent for that of all: the next tool comes soon.
function widest(permission: string): string {
  return permission.startsWith(`${CALL_PERMISSION}:`) ? CALL_PERMISSION : permission;
}

/** A use as rules look at it. */
type NamedUse =
  | Exclude<Use, { readonly kind: "resource" }>
  | { readonly kind: "resource"; readonly spellings: readonly string[] };

function concerns(rule: AccessRule, use: NamedUse, namespace: string): boolean {
  if (rule.namespaces !== undefined && !isAmong(rule.namespaces, namespace)) return false;
  const { tools, resources, prompts } = rule;
  // A rule about namespaces alone is about whatever is done there.
  if (tools === undefined && resources === undefined && prompts === undefined) return true;
  switch (use.kind) {
    case "tool":
      return tools !== undefined &&
        [use.name, ...use.aliases ?? []].some((name) => matchesOne(tools, name));
    case "resource":
      return resources !== undefined &&
        use.spellings.some((uri) => matchesOne(resources, uri));
    case "resources":
      return false;
    case "prompt":
      return prompts !== undefined && matchesOne(prompts, use.name);
  }
}

function matchesOne(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern
  );
}
