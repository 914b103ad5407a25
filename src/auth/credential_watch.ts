// What lives on without a request (a session with its streams, a request that listens) is looked at every
// few seconds, so that it ends soon after what let its owner in is no longer good.

import type { CancelTimer, Clock } from "../base/clock.ts";
import type { Authenticator, Standing } from "./authenticator.ts";
import type { Principal } from "./principal.ts";

/** Asks how it stands with a principal. */
export type StandingOf = (principal: Principal) => Standing;

/** Holds something that lives on. */
export interface CredentialHolder {
  /** Ends what belongs to principals whose credentials are no longer good. */
  recheck(standingOf: StandingOf): void;
}

/** Options of watchCredentials. */
export interface CredentialWatchOptions {
  readonly authenticator: Authenticator;
  readonly holders: readonly CredentialHolder[];
  readonly clock: Clock;
}

/** How long what was revoked may still listen, in milliseconds. */
export const RECHECK_MS = 5_000;

/** Starts to look; the function it gives ends that. */
export function watchCredentials(
  { authenticator, holders, clock }: CredentialWatchOptions,
): () => void {
  const standingOf: StandingOf = (principal) => authenticator.standingOf(principal);
  let cancel: CancelTimer;
  const wait = () => {
    cancel = clock.after(RECHECK_MS, () => {
      for (const holder of holders) holder.recheck(standingOf);
      wait();
    });
  };
  wait();
  return () => cancel();
}
