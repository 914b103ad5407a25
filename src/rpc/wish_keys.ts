// The keys under which wishes and changes meet. Each wish is kept under several; however long a URI is,
// it stands in none of them.

import { createHash } from "node:crypto";

/** What a key of a wish is made of. */
export interface WishParts {
  readonly kind: string;
  readonly namespace: string;
  /** Of a resource, in its canonical form. */
  readonly uri?: string;
  /** The form in which the listener knows it. Default: the canonical one. */
  readonly toldAs?: string;
}

/** A key that two wishes share when they are the same: a listener may know a resource by several URIs. */
export function wishKey({ kind, namespace, uri, toldAs = uri }: WishParts): string {
  return JSON.stringify([kind, namespace, ...[uri, toldAs].map(shortened)]);
}

/** The key of what is told at the same time to the same listeners. */
export function topicKey(
  about: { readonly kind: string; readonly uri?: string },
  audience: unknown,
): string {
  return JSON.stringify([about.kind, shortened(about.uri), audience ?? ""]);
}

function shortened(uri: string | undefined): string {
  return uri === undefined ? "" : createHash("sha256").update(uri).digest("base64url");
}
