// Step-up: a caller whose token could be wider is told, before its request runs, which permissions the
// whole of it needs (2025-11-25, "Scope Challenge Handling").

import type { RpcRequest } from "../protocol/json_rpc.ts";
import { insufficientScopeResponse } from "./challenge.ts";
import type { Caller, EndpointParts } from "./endpoint.ts";

/** The refusal of a message or a batch; undefined if nothing is lacking. */
export function refuseLacking(
  requests: readonly RpcRequest[],
  caller: Caller,
  { gate, missingPermissions }: EndpointParts,
): Response | undefined {
  if (gate === undefined) return undefined;
  const lacking = new Set(requests.flatMap((request) => missingPermissions(request, caller)));
  if (lacking.size === 0) return undefined;
  const [only, ...more] = requests;
  const id = more.length === 0 ? only?.id : undefined;
  return insufficientScopeResponse(gate.challenge, {
    lacking: [...lacking],
    held: caller.principal.grants?.permissions ?? NONE,
    id: id ?? null,
  });
}

const NONE: ReadonlySet<string> = new Set();
