// What the health endpoint says: enough for a host to know that this is the right program and alive.

import { given } from "../base/given.ts";
import { SERVER_NAME, VERSION } from "../base/version.ts";

/** The health of the server, as JSON shows it. */
export interface HealthReport {
  readonly status: "ok";
  /** The newest revision of the protocol that is spoken. */
  readonly protocol_version: string;
  readonly server_name: string;
  readonly version: string;
  /** That of `daemon.json`, by which a daemon is known to be the one that wrote it; absent in others. */
  readonly nonce?: string;
  /** How mounted servers are; absent where there are none. A server that is down is no illness of ours. */
  readonly upstreams?: readonly UpstreamHealth[];
}

/** How one mounted server is. */
export interface UpstreamHealth {
  readonly name: string;
  readonly state: string;
  /** Since it was mounted. */
  readonly restarts: number;
}

/** What the report is made of. */
export interface HealthReadings {
  readonly protocolVersion: string;
  readonly nonce: string | undefined;
  readonly upstreams: readonly UpstreamHealth[];
}

/** The report of a running server. */
export function healthReport(
  { protocolVersion, nonce, upstreams }: HealthReadings,
): HealthReport {
  return {
    status: "ok",
    protocol_version: protocolVersion,
    server_name: SERVER_NAME,
    version: VERSION,
    ...given("nonce", nonce),
    ...(upstreams.length === 0 ? {} : { upstreams }),
  };
}
