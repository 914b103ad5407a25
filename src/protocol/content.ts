// Blocks of content: what tools answer and prompts are made of (2025-11-25, "Tool Result"). A block
// that a client's revision does not know becomes a text that says what stood there.

import type { JsonObject } from "./json_rpc.ts";
import type { Revision } from "./revisions.ts";

interface BlockExtras {
  readonly annotations?: JsonObject;
  readonly _meta?: JsonObject;
}

/** A text (2024-11-05). */
export interface TextContent extends BlockExtras {
  readonly type: "text";
  readonly text: string;
}

/** A picture (2024-11-05). */
export interface ImageContent extends BlockExtras {
  readonly type: "image";
  /** Base64. */
  readonly data: string;
  readonly mimeType: string;
}

/** A sound (2025-03-26). */
export interface AudioContent extends BlockExtras {
  readonly type: "audio";
  /** Base64. */
  readonly data: string;
  readonly mimeType: string;
}

/** A resource that comes along whole (2024-11-05). */
export interface EmbeddedResource extends BlockExtras {
  readonly type: "resource";
  readonly resource: {
    readonly uri: string;
    readonly mimeType?: string;
    readonly text?: string;
    /** Base64. */
    readonly blob?: string;
    readonly _meta?: JsonObject;
  };
}

/** A resource that the client may read (2025-06-18). */
export interface ResourceLink extends BlockExtras {
  readonly type: "resource_link";
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly size?: number;
}

/** Any block of content. */
export type ContentBlock =
  | TextContent
  | ImageContent
  | AudioContent
  | EmbeddedResource
  | ResourceLink;

/** A block that another server has written: of any type, with the members of that type. */
export type ForeignContent = JsonObject & { readonly type: string };

/** The blocks as a client of that revision knows them; the same list where it knows all of them. */
export function contentForRevision<Block extends ContentBlock | ForeignContent>(
  content: readonly Block[],
  revision: Revision,
): readonly (Block | TextContent)[] {
  const isKnown = ({ type }: Block) =>
    (type !== "audio" || revision.hasAudio) &&
    (type !== "resource_link" || revision.hasResourceLinks);
  if (content.every(isKnown)) return content;
  return content.map((block) => isKnown(block) ? block : { type: "text", text: wordsFor(block) });
}

function wordsFor(block: ContentBlock | ForeignContent): string {
  if (block.type === "audio") {
    return `Audio (${block.mimeType}) was left out: this client's protocol has no audio`;
  }
  // The only other type that not every revision has.
  const { title, name, uri } = block as ResourceLink;
  return `Resource "${title ?? name}": ${uri}`;
}
