// The list of our own resources, in the order in which they are listed. Facts come last: there may be
// very many.

import type { ResourceProvider } from "../resource_provider.ts";
import { type FactResourceParts, factResources } from "./facts.ts";
import { skillResources } from "./skills.ts";
import { statusResource, type StatusResourceParts } from "./status.ts";

/** What our own resources work with. */
export type ResourceParts = FactResourceParts & StatusResourceParts;

/** All resources: ours, with those of others before the facts. */
export function offeredResources(
  parts: ResourceParts,
  others: readonly ResourceProvider[],
): readonly ResourceProvider[] {
  return [statusResource(parts), ...others, skillResources(parts), factResources(parts)];
}
