// Which permissions a request needs that its caller does not have and could fetch. Only what a request
// uses as a whole is looked at here; whether it may be used at all is decided where it is run.

import { isJsonObject, type RpcRequest } from "../protocol/json_rpc.ts";
import type { CallPlace } from "../rpc/context.ts";
import {
  type Admission,
  type Entrance,
  ENTRANCE_OF_RESOURCES,
  entranceOfPrompt,
  entranceOfResource,
  entranceOfTool,
} from "../tools/admission.ts";
import type { PromptRegistry } from "../tools/prompt_registry.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { ResourceRegistry } from "../tools/resource_registry.ts";
import { CALL_TOOL_NAME } from "../tools/tool_search.ts";
import type { Principal } from "../auth/principal.ts";

/** What is looked at. */
export interface MissingPermissionsParts {
  readonly registry: Pick<ToolRegistry, "find">;
  readonly prompts: Pick<PromptRegistry, "find">;
  readonly resources: Pick<ResourceRegistry, "canonicalUri">;
  readonly admission: Admission;
}

/** Says which permissions a request lacks; empty: none, or nothing is known of what it names. */
export function missingPermissions(
  parts: MissingPermissionsParts,
): (
  request: RpcRequest,
  caller: { readonly principal: Principal; readonly place: CallPlace },
) => readonly string[] {
  return (request, { principal, place }) => {
    if (principal.grants?.canStepUp !== true) return [];
    const namespace = namedIn(request) ?? place.namespace;
    return entrancesOf(request, { ...parts, principal }).flatMap((entrance) =>
      parts.admission.missing(entrance, { principal, namespace })
    );
  };
}

/** The namespace that the arguments of a call name. */
function namedIn({ params = {} }: RpcRequest): string | undefined {
  const { tenant_id } = isJsonObject(params.arguments) ? params.arguments : {};
  return typeof tenant_id === "string" ? tenant_id : undefined;
}

function entrancesOf(
  { method, params = {} }: RpcRequest,
  { registry, prompts, resources, principal }: MissingPermissionsParts & {
    readonly principal: Principal;
  },
): readonly Entrance[] {
  switch (method) {
    case "tools/call": {
      const { name: target } = isJsonObject(params.arguments) ? params.arguments : {};
      const names = params.name === CALL_TOOL_NAME ? [params.name, target] : [params.name];
      return names.flatMap((name) => {
        const tool = typeof name === "string" ? registry.find(name, { principal }) : undefined;
        return tool === undefined ? [] : [entranceOfTool(tool)];
      });
    }
    case "resources/read":
    case "resources/subscribe":
      return typeof params.uri === "string" ? [entranceOfResource(params.uri, resources)] : [];
    case "subscriptions/listen": {
      const { resourceSubscriptions: uris } = isJsonObject(params.notifications)
        ? params.notifications
        : {};
      const isSome = Array.isArray(uris) && uris.length > 0;
      return isSome ? [ENTRANCE_OF_RESOURCES] : [];
    }
    case "resources/list":
    case "resources/templates/list":
    case "completion/complete":
      return [ENTRANCE_OF_RESOURCES];
    case "prompts/get": {
      const prompt = typeof params.name === "string" ? prompts.find(params.name) : undefined;
      return prompt === undefined ? [] : [entranceOfPrompt(prompt)];
    }
    default:
      return [];
  }
}
