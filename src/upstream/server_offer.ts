// What a mounted server brings to the roof, and the way to it.

import {
  type Completion,
  COMPLETION_VALUES_MAX,
  type CompletionRequest,
} from "../tools/completion.ts";
import { CarError } from "../base/errors.ts";
import { given } from "../base/given.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { WireTool } from "../protocol/tools.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Listing } from "./listing.ts";

/** Asks a server on behalf of a call; rejects with CarError. */
export type AskServer = (
  method: string,
  params: JsonObject,
  caller: CallContext,
) => Promise<JsonObject>;

/** A server that can be asked to tell of its resources. */
export interface WishTaker {
  /** Has the server tell of a resource from now on. */
  wish(uri: string): void;
  /** Takes that back. */
  unwish(uri: string): void;
}

/** One server. */
export interface ServerOffer {
  readonly server: string;
  /** The tools that are in force, by the server's own names. */
  readonly tools: readonly WireTool[];
  /** All else that it lists. */
  readonly listing: Listing;
  readonly ask: AskServer;
  /** Takes wishes to hear of its resources. */
  readonly wishes: WishTaker;
}

/** Values from a server for an argument of a prompt or a template; undefined where it has none. */
export async function completeFrom(
  ask: AskServer,
  reference: JsonObject,
  { argument, prefix, others }: CompletionRequest,
  caller: CallContext,
): Promise<Completion | undefined> {
  const context = others.size === 0 ? {} : { context: { arguments: Object.fromEntries(others) } };
  const params = { ref: reference, argument: { name: argument, value: prefix }, ...context };
  try {
    const { completion } = await ask("completion/complete", params, caller);
    return isJsonObject(completion) ? readCompletion(completion) : undefined;
  } catch (thrown) {
    // A server that completes nothing refuses the method.
    if (thrown instanceof CarError && thrown.code === "conflict") return undefined;
    throw thrown;
  }
}

function readCompletion({ values, total, hasMore }: JsonObject): Completion {
  const texts = Array.isArray(values) ? values.filter((value) => typeof value === "string") : [];
  return {
    values: texts.slice(0, COMPLETION_VALUES_MAX),
    ...given("total", typeof total === "number" ? total : undefined),
    hasMore: hasMore === true || texts.length > COMPLETION_VALUES_MAX,
  };
}
