// The part of the wire that says who comes in, and how often: what is asked of callers, how those find
// out who lack it, and how much each may send. Only `wire.ts` calls it.

import type { Access } from "./auth/access.ts";
import { FailedAttempts } from "./auth/failed_attempts.ts";
import { createPrincipalShares, type PrincipalShares } from "./auth/principal_shares.ts";
import type { Authentication } from "./authentication.ts";
import type { Clock } from "./base/clock.ts";
import { isLoopback } from "./config/bind.ts";
import type { Config } from "./config/config.ts";
import type { Gate } from "./http/gate.ts";
import { ENDPOINT_PATH } from "./http/handler.ts";
import { Rates } from "./http/rates.ts";
import { type ResourceMetadata, resourceMetadata } from "./http/resource_metadata.ts";
import type { Log } from "./observe/log.ts";
import type { Metrics } from "./observe/metrics.ts";
import { refusalReporter } from "./observe/refusals.ts";

/** What it is built of. */
export interface FrontDoorOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** How callers are told apart; undefined: they are not. */
  readonly authentication: Authentication | undefined;
  readonly access: Access;
}

/** What stands before the endpoint, and what each who comes in may take of it. */
export interface FrontDoor {
  readonly gate: Gate | undefined;
  readonly rates: Rates | undefined;
  /** Undefined: callers are not told apart. */
  readonly shares: PrincipalShares | undefined;
  /** Told only where tokens of an identity provider are taken. */
  readonly metadata: ResourceMetadata | undefined;
}

/** Builds what the configuration asks for. */
export function buildFrontDoor(options: FrontDoorOptions, metrics: Metrics): FrontDoor {
  const metadata = metadataOf(options);
  return {
    metadata,
    gate: gateOf(options, { metrics, metadata }),
    rates: ratesOf(options, metrics),
    shares: options.authentication && createPrincipalShares({
      limits: options.config.limits,
      onLimitMet: metrics.limitMet,
    }),
  };
}

function gateOf(
  { authentication, access, log, clock, config: { limits } }: FrontDoorOptions,
  { metrics, metadata }: {
    readonly metrics: Metrics;
    readonly metadata: ResourceMetadata | undefined;
  },
): Gate | undefined {
  return authentication && {
    authenticator: authentication.authenticator,
    challenge: { resourceMetadata: metadata?.url, permissions: access.permissions },
    onRefused: refusalReporter({ log, clock, metrics }),
    failures: new FailedAttempts({ clock, perMinute: limits.addressFailuresPerMinute }),
    onHeldBack: () => metrics.limitMet("addressFailuresPerMinute"),
  };
}

function metadataOf(
  { authentication, access, config: { auth } }: FrontDoorOptions,
): ResourceMetadata | undefined {
  if (authentication === undefined || auth.jwt === undefined) return undefined;
  const { audience: resource, issuer } = auth.jwt;
  const { permissions } = access;
  return resourceMetadata({ resource, issuer, permissions, endpointPath: ENDPOINT_PATH });
}

/** One user on one machine need not be kept from himself. */
function ratesOf(
  { config, authentication, clock }: FrontDoorOptions,
  metrics: Metrics,
): Rates | undefined {
  if (authentication === undefined && isLoopback(config.bind.hostname)) return undefined;
  const tellsPrincipals = authentication !== undefined;
  return new Rates({
    ...{ limits: config.limits, clock, tellsPrincipals },
    onLimitMet: metrics.limitMet,
  });
}
