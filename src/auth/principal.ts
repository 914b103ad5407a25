// Who is asking. Where no authentication is configured there is one principal, the user of this machine;
// everything that belongs to somebody (a session above all) is bound to a principal all the same.

/** Somebody on whose behalf a request runs. */
export interface Principal {
  /** Stable name; two requests with the same id are the same somebody. */
  readonly id: string;
  /** The namespace used where a request names none. */
  readonly namespace?: string;
  /** What it may do; undefined: everything, as the user of this machine. */
  readonly grants?: Grants;
  /** Names what it showed to be let in; different after every renewal, and never the secret itself. */
  readonly credential?: string;
  /** When that is over, in epoch milliseconds; undefined: not by itself. */
  readonly expiresMs?: number;
}

/** What a principal may do. */
export interface Grants {
  readonly roles: ReadonlySet<string>;
  /** Scopes of an OAuth token, permissions of one of ours: `tools:call`, `resources:read`, … */
  readonly permissions: ReadonlySet<string>;
  /** Where it may work: names, or `team/*` for all below; undefined: everywhere. */
  readonly namespaces: readonly string[] | undefined;
  /** Whether it can fetch a token with more permissions, and is told which ones it lacks. */
  readonly canStepUp: boolean;
}

/** The namespace of those who name none and have none. */
const DEFAULT_NAMESPACE = "default";

/** Where a principal works when a request names no namespace. */
export function ownNamespaceOf({ namespace = DEFAULT_NAMESPACE }: Principal): string {
  return namespace;
}

/** Whether a principal may work in that namespace at all. */
export function mayEnter({ grants }: Principal, namespace: string): boolean {
  return grants?.namespaces === undefined || isAmong(grants.namespaces, namespace);
}

/** Whether a namespace is one of those names; `team/*` stands for all that begin with `team/`. */
export function isAmong(names: readonly string[], namespace: string): boolean {
  return names.some((name) =>
    name.endsWith("*") ? namespace.startsWith(name.slice(0, -1)) : name === namespace
  );
}

/** Everybody who reaches the loopback address while no authentication is configured. */
export const LOCAL_PRINCIPAL: Principal = Object.freeze({ id: "local" });
