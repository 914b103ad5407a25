// What the version header decides before a message is understood.

import { isModernVersion } from "../protocol/revisions.ts";
import type { Caller } from "./endpoint.ts";

/**
 * The status of a body that is no JSON-RPC message: 400 under a stateless revision, 200 under the
 * older ones, whose clients read the error from the body.
 */
export function badInputStatus(caller: Caller): number {
  return namesModernVersion(caller) ? 400 : 200;
}

/** Whether the version header names a stateless revision. */
export function namesModernVersion({ version }: Caller): boolean {
  return version !== null && isModernVersion(version);
}
