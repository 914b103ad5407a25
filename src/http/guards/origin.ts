// Refuses a browser's request from a page of another origin, and gives the CORS headers to the pages
// that the configuration allows. Programs send no Origin header and are not concerned.

import {
  LAST_EVENT_ID_HEADER,
  METHOD_HEADER,
  NAME_HEADER,
  NAMESPACE_HEADER,
  PARAM_HEADER_PREFIX,
  PROTOCOL_VERSION_HEADER,
  SESSION_ID_HEADER,
} from "../../protocol/headers.ts";

/** Which pages may call. */
export interface OriginRules {
  /** The server's own origins, in lower case: no CORS headers are needed for them. */
  readonly own: ReadonlySet<string>;
  /** Foreign origins that the configuration allows, in lower case. */
  readonly allowed: ReadonlySet<string>;
}

/** Whether a request with that Origin header may be served; no header may. */
export function isAllowedOrigin(origin: string | null, rules: OriginRules): boolean {
  if (origin === null) return true;
  const lower = origin.toLowerCase();
  return rules.own.has(lower) || rules.allowed.has(lower);
}

/** Whether the answer needs CORS headers for that origin. */
export function needsCorsHeaders(origin: string | null, rules: OriginRules): origin is string {
  return origin !== null && rules.allowed.has(origin.toLowerCase());
}

const ALLOWED_HEADERS: readonly string[] = [
  "accept",
  "authorization",
  "content-type",
  LAST_EVENT_ID_HEADER,
  METHOD_HEADER,
  NAME_HEADER,
  NAMESPACE_HEADER,
  PROTOCOL_VERSION_HEADER,
  SESSION_ID_HEADER,
];
const EXPOSED_HEADERS = [SESSION_ID_HEADER, "retry-after", "www-authenticate"].join(", ");
const HEADER_NAME = /^[a-z0-9-]{1,128}$/;
const PREFLIGHT_SECONDS = "600";

/** Adds the CORS headers for an allowed origin to a response. */
export function withCorsHeaders(response: Response, origin: string): Response {
  response.headers.set("access-control-allow-origin", origin);
  response.headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  response.headers.append("vary", "origin");
  return response;
}

/**
 * The answer to a preflight of an allowed origin; `wanted` is what it asks to send. Besides the fixed
 * headers a page may send those that repeat arguments, whose names depend on the tools.
 */
export function preflightResponse(methods: string, wanted: string | null): Response {
  const repeated = (wanted ?? "").toLowerCase().split(",").map((name) => name.trim())
    .filter((name) => name.startsWith(PARAM_HEADER_PREFIX) && HEADER_NAME.test(name));
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": methods,
      "access-control-allow-headers": [...ALLOWED_HEADERS, ...repeated].join(", "),
      "access-control-max-age": PREFLIGHT_SECONDS,
    },
  });
}
