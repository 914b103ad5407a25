// The names under which a server may be called: the Host values it answers to and its own origins. They
// depend on the port, which is known once the socket is open.

import type { AllowedHosts } from "./guards/host.ts";
import type { OriginRules } from "./guards/origin.ts";

/** What the names are made of. */
export interface ServerNamesOptions {
  /** The bound address, without brackets. */
  readonly hostname: string;
  /** The bound port; undefined when there is no socket. */
  readonly port: number | undefined;
  /** Whether it speaks TLS. */
  readonly isSecure: boolean;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** The names of a server. */
export interface ServerNames {
  readonly hosts: AllowedHosts;
  readonly origins: OriginRules;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** Makes the names of a server bound to a loopback address. */
export function serverNames(options: ServerNamesOptions): ServerNames {
  const { hostname, port, isSecure, allowedHosts, allowedOrigins } = options;
  const [scheme, standardPort] = isSecure ? ["https", HTTPS_PORT] : ["http", HTTP_PORT];
  const bound = (hostname.includes(":") ? `[${hostname}]` : hostname).toLowerCase();
  const names = [...new Set(["localhost", "127.0.0.1", "[::1]", bound])];
  const withPort = port === undefined ? [] : names.map((name) => `${name}:${port}`);
  const ownAuthorities = port === undefined || port === standardPort
    ? [...names, ...withPort]
    : withPort;
  return {
    hosts: new Set([...names, ...withPort, ...allowedHosts.map((host) => host.toLowerCase())]),
    origins: {
      own: new Set(ownAuthorities.map((authority) => `${scheme}://${authority}`)),
      allowed: new Set(allowedOrigins.map((origin) => origin.toLowerCase())),
    },
  };
}
