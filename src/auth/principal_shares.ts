// What one principal may hold of the server at the same time, so that it takes nothing from the others.
// Only where callers are told apart: one user shares with nobody, and the bounds of the process hold.

import type { Limits } from "../base/limits.ts";
import { Shares } from "../base/shares.ts";

/** Shares by the id of a principal. */
export interface PrincipalShares {
  /** Requests that have no response yet. */
  readonly requests: Shares;
  /** Calls of tools, from their beginning to their result. */
  readonly calls: Shares;
  /** Open event streams. */
  readonly streams: Shares;
  /** Bytes of bodies that are being received. */
  readonly bodyBytes: Shares;
}

/** What shares are made with. */
export interface PrincipalSharesOptions {
  readonly limits: Limits;
  /** Is told which limit was met. */
  readonly onLimitMet: (limit: keyof Limits) => void;
}

/** Makes the shares of one app. */
export function createPrincipalShares(
  { limits, onLimitMet }: PrincipalSharesOptions,
): PrincipalShares {
  const sharesOf = (limit: keyof Limits) =>
    new Shares({ most: limits[limit], onFull: () => onLimitMet(limit) });
  return {
    requests: sharesOf("principalRequestsMax"),
    calls: sharesOf("principalCallsMax"),
    streams: sharesOf("principalStreamsMax"),
    bodyBytes: sharesOf("principalBodyBytesMax"),
  };
}
