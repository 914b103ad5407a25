// What a request of a stateless revision says about itself in `_meta` (2026-07-28, "_meta"): the
// version it is written in, what its client can do, who the client is, and which log messages it
// wants. It takes the place of the handshake.

import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Limits } from "../base/limits.ts";
import type { JsonObject } from "./json_rpc.ts";
import type { ClientCapabilities, ClientInfo } from "./lifecycle.ts";
import { VERSION_KEY } from "./version_claim.ts";
import { LOGGING_LEVELS, type LoggingLevel } from "./logging.ts";

/** What a stateless request says about itself. */
export interface RequestMeta {
  /** The revision it claims, known to this server or not. */
  readonly version: string;
  readonly capabilities: ClientCapabilities;
  readonly client: ClientInfo | undefined;
  /** The least severe log message wanted; undefined: none at all. */
  readonly logLevel: LoggingLevel | undefined;
}

/** The outcome of reading `_meta`: what it says, or the complaint for -32602. */
export type RequestMetaReading =
  | { readonly ok: true; readonly meta: RequestMeta }
  | { readonly ok: false; readonly complaint: string };

const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
const CLIENT_INFO_KEY = "io.modelcontextprotocol/clientInfo";
const LOG_LEVEL_KEY = "io.modelcontextprotocol/logLevel";

const Meta = z.looseObject({
  [VERSION_KEY]: z.string(),
  [CAPABILITIES_KEY]: z.record(z.string(), z.unknown()),
  [CLIENT_INFO_KEY]: z.looseObject({ name: z.string(), version: z.string() }).optional(),
  [LOG_LEVEL_KEY]: z.enum(LOGGING_LEVELS).optional(),
});

/** Reads what a request says about itself; names are cut and capabilities bounded. */
export function readRequestMeta(
  params: JsonObject | undefined,
  limits: Limits,
): RequestMetaReading {
  const parsed = Meta.safeParse(params?._meta);
  if (!parsed.success) {
    const path = ["_meta", ...(parsed.error.issues[0]?.path ?? [])];
    return { ok: false, complaint: `Missing or invalid "params.${path.join(".")}"` };
  }
  const meta = parsed.data;
  const capabilities = meta[CAPABILITIES_KEY];
  const most = limits.capabilitiesBytesMax;
  if (Buffer.byteLength(JSON.stringify(capabilities)) > most) {
    return {
      ok: false,
      complaint: `"params._meta.${CAPABILITIES_KEY}" has more than ${most} bytes`,
    };
  }
  const cut = (text: string) => text.slice(0, limits.clientNameCharsMax);
  const info = meta[CLIENT_INFO_KEY];
  const client = info && { name: cut(info.name), version: cut(info.version) };
  const logLevel = meta[LOG_LEVEL_KEY];
  return { ok: true, meta: { version: meta[VERSION_KEY], capabilities, client, logLevel } };
}
