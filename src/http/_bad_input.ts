// The one rule on which the eras differ before a message is understood.

import { isModernVersion } from "../protocol/revisions.ts";
import type { Caller } from "./endpoint.ts";

/**
 * The status of a body that is no JSON-RPC message: 400 under a stateless revision, 200 under the
 * older ones, whose clients read the error from the body.
 */
export function badInputStatus(caller: Caller): number {
  return caller.version !== null && isModernVersion(caller.version) ? 400 : 200;
}
