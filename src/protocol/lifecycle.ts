// The opening handshake of the legacy revisions: what a client says in `initialize`, and which
// revision is answered. Pure; the session is made by the transport, the answer by `server/`.

import { z } from "zod";
import { NEWEST_REVISION, OLDEST_REVISION, type Revision, revisionNamed } from "./revisions.ts";

/** Who the client says it is; never used to change behaviour. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string;
}

/** What the client declared it can do; only what stands here may be asked of it. */
export type ClientCapabilities = { readonly [name: string]: unknown };

/** What an accepted `initialize` settled. */
export interface Handshake {
  readonly revision: Revision;
  readonly client: ClientInfo | undefined;
  readonly capabilities: ClientCapabilities;
}

/** The outcome of reading `initialize`: a handshake, or the complaint for -32602. */
export type HandshakeOutcome =
  | { readonly ok: true; readonly handshake: Handshake }
  | { readonly ok: false; readonly complaint: string };

const InitializeParams = z.looseObject({
  protocolVersion: z.string().optional(),
  capabilities: z.record(z.string(), z.unknown()).optional(),
  clientInfo: z.looseObject({ name: z.string(), version: z.string().default("") }).optional(),
});

/** Reads the parameters of `initialize` and picks the revision to answer. */
export function readHandshake(params: unknown): HandshakeOutcome {
  const parsed = InitializeParams.safeParse(params);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".");
    return { ok: false, complaint: `Invalid "params${where ? `.${where}` : ""}" of initialize` };
  }
  const { protocolVersion, capabilities, clientInfo } = parsed.data;
  const handshake = {
    revision: negotiateRevision(protocolVersion),
    client: clientInfo === undefined
      ? undefined
      : { name: clientInfo.name, version: clientInfo.version },
    capabilities: capabilities ?? {},
  };
  return { ok: true, handshake };
}

/**
 * The revision to answer: the one asked for if it is served, the newest otherwise (2025-11-25,
 * "Version Negotiation"), and the oldest where none was named.
 */
export function negotiateRevision(asked: string | undefined): Revision {
  if (asked === undefined) return OLDEST_REVISION;
  return revisionNamed(asked) ?? NEWEST_REVISION;
}
