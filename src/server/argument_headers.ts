// The headers that repeat arguments of a tool, checked against the call (2026-07-28, "Request
// Metadata"): which arguments those are stands in the tool's schema.

import type { Principal } from "../auth/principal.ts";
import type { RpcRequest } from "../protocol/json_rpc.ts";
import { complaintAboutArguments } from "../protocol/mirrored_arguments.ts";
import type { HeaderLookup } from "../protocol/mirrored_headers.ts";
import type { CallPlace } from "../rpc/context.ts";
import { type Admission, entranceOfTool } from "../tools/admission.ts";
import type { ToolRegistry } from "../tools/registry.ts";

/** What is looked at. */
export interface ArgumentHeadersParts {
  readonly registry: Pick<ToolRegistry, "find" | "mirroredArguments">;
  readonly admission: Admission;
}

/** Who asks, and where. */
export interface ArgumentHeadersCaller {
  readonly principal: Principal;
  readonly place: CallPlace;
}

/** Tells why the headers of a request do not fit its arguments; undefined if they do. */
export type ArgumentHeaders = (
  request: RpcRequest,
  header: HeaderLookup,
  caller: ArgumentHeadersCaller,
) => string | undefined;

/** The check for the tools of a registry; of one that a caller may not see it says nothing. */
export function argumentHeaders({ registry, admission }: ArgumentHeadersParts): ArgumentHeaders {
  return ({ method, params }, header, { principal, place: { namespace } }) => {
    if (method !== "tools/call" || typeof params?.name !== "string") return undefined;
    const mirrored = registry.mirroredArguments(params.name);
    const complaint = complaintAboutArguments(mirrored, params.arguments, header);
    if (complaint === undefined) return undefined;
    const tool = registry.find(params.name);
    const isShown = tool !== undefined &&
      admission.shows(entranceOfTool(tool), { principal, namespace });
    return isShown ? complaint : undefined;
  };
}
