// The resources of mounted servers of which somebody wishes to hear: each is wished for at the server that
// has it, and at another one when that has it later. A server is heard for its own resources only.

import type { ServerOffer, WishTaker } from "./server_offer.ts";

/** Finds the server that has a resource among those that are mounted now. */
export type FindOwner = (uri: string) => ServerOffer | undefined;

interface Wished {
  readonly onUpdate: () => void;
  owner: WishTaker | undefined;
}

/** The wishes for resources of all mounted servers. */
export class ResourceWishes {
  readonly #wished = new Map<string, Wished>();
  #findOwner: FindOwner = () => undefined;

  /** Wishes for a resource until the returned function is called; a URI is wished for once at a time. */
  watch(uri: string, onUpdate: () => void): () => void {
    const wished: Wished = { onUpdate, owner: this.#findOwner(uri)?.wishes };
    this.#wished.set(uri, wished);
    wished.owner?.wish(uri);
    return () => {
      if (this.#wished.get(uri) !== wished) return;
      this.#wished.delete(uri);
      wished.owner?.unwish(uri);
    };
  }

  /** The servers, or what they have, are others than before. */
  lookAgain(findOwner: FindOwner): void {
    this.#findOwner = findOwner;
    for (const [uri, wished] of this.#wished) {
      const owner = findOwner(uri)?.wishes;
      if (owner === wished.owner) continue;
      wished.owner?.unwish(uri);
      wished.owner = owner;
      owner?.wish(uri);
    }
  }

  /** A server says that a resource has changed. */
  updated(uri: string, by: WishTaker): void {
    const wished = this.#wished.get(uri);
    if (wished?.owner === by) wished.onUpdate();
  }
}
