// The address to listen on.

import { CarError } from "../base/errors.ts";

/** Where to listen. */
export interface BindAddress {
  /** Name or address, an IPv6 one without brackets. */
  readonly hostname: string;
  /** 0 lets the system pick. */
  readonly port: number;
}

/** Reads `HOST:PORT`; throws CarError `config_invalid`. */
export function readBind(text: string): BindAddress {
  const colon = text.lastIndexOf(":");
  const hostname = text.slice(0, colon).replace(/^\[|\]$/g, "");
  const port = Number(text.slice(colon + 1));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw invalidBind(`port must be 0 to 65535, not ${text.slice(colon + 1)}`);
  }
  return { hostname, port };
}

/** How an address is written in a URL. */
export function urlHost(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

/** Whether a name or address, an IPv6 one without brackets, is reached from this machine alone. */
export function isLoopback(hostname: string): boolean {
  return hostname === "::1" || hostname.toLowerCase() === "localhost" ||
    /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(hostname);
}

function invalidBind(complaint: string): CarError {
  const message = `Configuration key "http.bind": ${complaint}`;
  return new CarError("config_invalid", message, { data: { key: "http.bind" } });
}
