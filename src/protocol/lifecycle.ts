// The opening handshake of the legacy revisions: what a client says in `initialize`, and which
// revision is answered. Pure; the session is made by the transport, the answer by `server/`.

import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Limits } from "../base/limits.ts";
import { readClientTools, withoutClientTools } from "./client_tools.ts";
import {
  legacyRevisionNamed,
  NEWEST_LEGACY_REVISION,
  OLDEST_REVISION,
  type Revision,
} from "./revisions.ts";

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

/** How a handshake is read. */
export interface HandshakeOptions {
  readonly limits: Limits;
  /** Whether clients may lend tools; what they declare of them is forgotten otherwise. */
  readonly takesClientTools: boolean;
}

/**
 * Reads the parameters of `initialize` and picks the revision to answer. A session keeps what is read
 * here, so names are cut and capabilities bounded.
 */
export function readHandshake(
  params: unknown,
  { limits, takesClientTools }: HandshakeOptions,
): HandshakeOutcome {
  const parsed = InitializeParams.safeParse(params);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".");
    return { ok: false, complaint: `Invalid "params${where ? `.${where}` : ""}" of initialize` };
  }
  const { protocolVersion, capabilities: declared = {}, clientInfo } = parsed.data;
  const most = limits.capabilitiesBytesMax;
  // Tools have bounds of their own.
  const plain = withoutClientTools(declared);
  if (Buffer.byteLength(JSON.stringify(plain)) > most) {
    return {
      ok: false,
      complaint: `"params.capabilities" of initialize has more than ${most} bytes`,
    };
  }
  const capabilities = takesClientTools ? declared : plain;
  const lent = readClientTools(capabilities, limits);
  if (!lent.ok) return lent;
  const cut = (text: string) => text.slice(0, limits.clientNameCharsMax);
  const client = clientInfo === undefined
    ? undefined
    : { name: cut(clientInfo.name), version: cut(clientInfo.version) };
  return {
    ok: true,
    handshake: { revision: negotiateRevision(protocolVersion), client, capabilities },
  };
}

/**
 * The revision to answer: the one asked for if it is served, the newest otherwise (2025-11-25,
 * "Version Negotiation"), and the oldest where none was named.
 */
export function negotiateRevision(asked: string | undefined): Revision {
  if (asked === undefined) return OLDEST_REVISION;
  return legacyRevisionNamed(asked) ?? NEWEST_LEGACY_REVISION;
}
