// The wire shapes of resources (2025-11-25, "Resources"), and what everything that is listed has in
// common. The revision's row decides which members an older client gets to see.

import type { EmbeddedResource } from "./content.ts";
import type { JsonObject } from "./json_rpc.ts";
import type { Revision } from "./revisions.ts";

/** What resources, templates and prompts say of themselves. */
export interface WireListed {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly icons?: readonly unknown[];
  readonly _meta?: JsonObject;
}

/** A resource as `resources/list` shows it. */
export interface WireResource extends WireListed {
  readonly uri: string;
  readonly mimeType?: string;
  /** Bytes. */
  readonly size?: number;
  readonly annotations?: JsonObject;
}

/** A family of resources as `resources/templates/list` shows it. */
export interface WireResourceTemplate extends WireListed {
  /** An RFC 6570 template. */
  readonly uriTemplate: string;
  readonly mimeType?: string;
  readonly annotations?: JsonObject;
}

/** What a resource holds: text, or bytes in base64. */
export type ResourceContents = EmbeddedResource["resource"];

/** Something that is listed, as a client of that revision knows it. */
export function listedForRevision<Listed extends WireListed>(
  listed: Listed,
  { hasTitles, hasIcons, hasMeta }: Revision,
): Listed {
  const { title, icons, _meta } = listed;
  const isKnown = (hasTitles || title === undefined) && (hasIcons || icons === undefined) &&
    (hasMeta || _meta === undefined);
  if (isKnown) return listed;
  const hidden = new Set([
    ...(hasTitles ? [] : ["title"]),
    ...(hasIcons ? [] : ["icons"]),
    ...(hasMeta ? [] : ["_meta"]),
  ]);
  const shown = Object.entries(listed).filter(([name]) => !hidden.has(name));
  // What was taken out is optional.
  return Object.fromEntries(shown) as unknown as Listed;
}
