// Who is asking. Until authentication is configured there is one principal, the user of this machine;
// everything that belongs to somebody (a session above all) is bound to a principal all the same.

/** Somebody on whose behalf a request runs. */
export interface Principal {
  /** Stable name; two requests with the same id are the same somebody. */
  readonly id: string;
  /** The namespace used where a request names none. */
  readonly namespace?: string;
}

/** The namespace of those who name none and have none. */
const DEFAULT_NAMESPACE = "default";

/** Where a principal works when a request names no namespace. */
export function ownNamespaceOf({ namespace = DEFAULT_NAMESPACE }: Principal): string {
  return namespace;
}

/** Everybody who reaches the loopback address while no authentication is configured. */
export const LOCAL_PRINCIPAL: Principal = Object.freeze({ id: "local" });
