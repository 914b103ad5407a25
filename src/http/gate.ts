// What guards the endpoint where authentication is configured.

import type { FailedAttempts } from "../auth/failed_attempts.ts";
import type { Authenticator, RefusalReason } from "../auth/authenticator.ts";

/** What every challenge names. */
export interface ChallengeOptions {
  /** The absolute URL of the metadata of this resource; undefined: there is no identity provider. */
  readonly resourceMetadata?: string | undefined;
  /** What a token needs for everything; told only where one can be fetched. */
  readonly permissions: readonly string[];
}

/** Decides who comes in, and what those hear who do not. */
export interface Gate {
  readonly authenticator: Authenticator;
  readonly challenge: ChallengeOptions;
  /** Is told of each request that was not let in; `none`: it showed no token at all. */
  readonly onRefused: (reason: RefusalReason | "none") => void;
  /** Holds back addresses from which wrong tokens come. */
  readonly failures: FailedAttempts;
  /** Is told of each request whose token was not looked at for that. */
  readonly onHeldBack: () => void;
}
