// What the fixture tools, prompts and resources hand out, and how they say a text.

import type { ContentBlock, EmbeddedResource } from "../../src/protocol/content.ts";

/** A red picture of one pixel. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/** A sound of two bytes. */
export const WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==";

/** The picture as content. */
export const PICTURE: ContentBlock = { type: "image", data: PNG, mimeType: "image/png" };

/** A text as content. */
export function text(words: string): ContentBlock {
  return { type: "text", text: words };
}

/** A text that comes along as a resource. */
export function embedded(uri: string, mimeType: string, words: string): EmbeddedResource {
  return { type: "resource", resource: { uri, mimeType, text: words } };
}
