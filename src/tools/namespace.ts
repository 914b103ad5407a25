// Which namespace a call works in: the tool's own argument, the request's header, the principal's, or
// `default`, in this order. The first that is named counts, and a malformed name is refused rather
// than read as another one.

import { CarError } from "../base/errors.ts";
import type { CallContext } from "../rpc/context.ts";

/** The namespace of those who name none. */
export const DEFAULT_NAMESPACE = "default";

/** The form of a namespace's name. */
export const NAMESPACE_PATTERN = /^[A-Za-z0-9._\/-]{1,128}$/;

/** The namespace of a call; throws CarError `invalid_argument` for a malformed name. */
export function namespaceOf(context: CallContext, tenantId?: string): string {
  if (tenantId !== undefined) return checked(tenantId, "tenant_id");
  if (context.origin.namespace !== undefined) {
    return checked(context.origin.namespace, "Header Car-Namespace");
  }
  return context.principal.namespace ?? DEFAULT_NAMESPACE;
}

function checked(name: string, where: string): string {
  if (NAMESPACE_PATTERN.test(name)) return name;
  const message = `${where} is not a namespace: 1 to 128 of A-Z a-z 0-9 . _ / -`;
  throw new CarError("invalid_argument", message);
}
