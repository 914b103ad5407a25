// Which namespace a call works in: the tool's own argument, the request's header, the principal's, or
// `default`, in this order. The first that is named counts, and a malformed name is refused rather
// than read as another one, as is one that is not open to the caller.

import { mayEnter, ownNamespaceOf } from "../auth/principal.ts";
import { CarError } from "../base/errors.ts";
import { LIMIT_RANGES } from "../base/limit_ranges.ts";
import { checkNamespaceName } from "../base/text_fields.ts";
import type { CallContext } from "../rpc/context.ts";

/**
 * The namespace of a call; throws CarError `invalid_argument` for a malformed name, `denied` for one
 * that is not open to the caller.
 */
export function namespaceOf(context: CallContext, tenantId?: string): string {
  const namespace = namedIn(context, tenantId);
  if (!mayEnter(context.principal, namespace)) {
    throw new CarError("denied", `Namespace "${namespace}" is not open to this caller`);
  }
  context.origin.checkNamespace?.(namespace);
  return namespace;
}

function namedIn(context: CallContext, tenantId: string | undefined): string {
  if (tenantId !== undefined) return checked(tenantId, "tenant_id");
  if (context.origin.namespace !== undefined) {
    return checked(context.origin.namespace, "Car-Namespace");
  }
  return ownNamespaceOf(context.principal);
}

// The engines hold the same names to the configured length; here the complaint says where one stood.
function checked(name: string, field: string): string {
  checkNamespaceName(field, name, LIMIT_RANGES.namespaceCharsMax.max);
  return name;
}
