// What a client reads to learn where to fetch a token for this server (RFC 9728). Public: anybody may ask,
// from any page, and it holds nothing that the challenge does not say anyway.

import { SERVER_NAME } from "../base/version.ts";

/** What is told of the server as a resource. */
export interface ResourceMetadataOptions {
  /** Its canonical URI, for which tokens are issued. */
  readonly resource: string;
  /** The issuer whose tokens are taken. */
  readonly issuer: string;
  /** All permissions that anything needs. */
  readonly permissions: readonly string[];
  /** The path of the endpoint as this server knows it; a proxy may show another one to the world. */
  readonly endpointPath: string;
}

/** The metadata, and where they are. */
export interface ResourceMetadata {
  /** The absolute URL under which clients find them. */
  readonly url: string;
  /** The paths under which they are served. */
  readonly paths: ReadonlySet<string>;
  /** Answers a request of such a path. */
  readonly respond: (method: string) => Response;
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource";
const METHODS = "GET, HEAD";

const OPEN_TO_ALL: Readonly<Record<string, string>> = { "access-control-allow-origin": "*" };

/** Makes the metadata of a server that takes tokens of an identity provider. */
export function resourceMetadata(options: ResourceMetadataOptions): ResourceMetadata {
  const { resource, issuer, permissions, endpointPath } = options;
  const { origin, pathname } = new URL(resource);
  // RFC 9728, section 3.1: the well-known part stands between the host and the path.
  const path = `${WELL_KNOWN}${pathname === "/" ? "" : pathname}`;
  const json = JSON.stringify({
    resource,
    authorization_servers: [issuer],
    scopes_supported: permissions,
    bearer_methods_supported: ["header"],
    resource_name: SERVER_NAME,
  });
  return {
    url: `${origin}${path}`,
    paths: new Set([WELL_KNOWN, `${WELL_KNOWN}${endpointPath}`, path]),
    respond: (method) => respond(method, json),
  };
}

function respond(method: string, json: string): Response {
  const headers = { ...OPEN_TO_ALL, "content-type": "application/json" };
  switch (method) {
    case "GET":
      return new Response(json, { headers });
    case "HEAD":
      return new Response(null, { headers });
    case "OPTIONS":
      // Clients send the header of the protocol's version along, for which a browser asks first.
      return new Response(null, {
        status: 204,
        headers: {
          ...OPEN_TO_ALL,
          "access-control-allow-methods": METHODS,
          "access-control-allow-headers": "*",
        },
      });
    default:
      return new Response(null, { status: 405, headers: { ...OPEN_TO_ALL, allow: METHODS } });
  }
}
