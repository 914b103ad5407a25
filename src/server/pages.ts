// Pages of a list and the cursors that lead from one to the next (2025-11-25, "Pagination"). A cursor is
// sealed, and bound to its list, to who asks and to the namespace: one that was changed, or that somebody
// else was given, opens nothing.

import type { Sealer } from "../auth/sealer.ts";
import { CarError } from "../base/errors.ts";
import { given } from "../base/given.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { CallContext } from "../rpc/context.ts";
import { namespaceOf } from "../tools/namespace.ts";

/** Entries of one page. */
export const PAGE_ENTRIES_MAX = 100;

const PURPOSE = "cursor";

/** The cursors of one list. */
export class Cursors {
  readonly #sealer: Sealer;
  readonly #list: string;

  /** `list` names the list; cursors of another one open nothing here. */
  constructor(sealer: Sealer, list: string) {
    this.#sealer = sealer;
    this.#list = list;
  }

  /**
   * The place that a request's cursor leads to; undefined without one: the start. Throws CarError
   * `invalid_argument` for a cursor that this list did not give to this caller.
   */
  read(params: JsonObject | undefined, context: CallContext): unknown {
    const cursor = params?.cursor;
    if (cursor === undefined) return undefined;
    const place = typeof cursor === "string"
      ? this.#sealer.open(PURPOSE, cursor, this.#boundTo(context))
      : undefined;
    if (place === undefined) throw new CarError("invalid_argument", "Unknown cursor");
    return place;
  }

  /** The member of a result that leads to a place; nothing where the list ends. */
  next(place: unknown, context: CallContext): { readonly nextCursor?: string } {
    if (place === undefined) return {};
    return given("nextCursor", this.#sealer.seal(PURPOSE, place, this.#boundTo(context)));
  }

  #boundTo(context: CallContext): string {
    return JSON.stringify([this.#list, context.principal.id, namespaceOf(context)]);
  }
}
