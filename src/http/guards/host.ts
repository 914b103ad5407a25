// Refuses a request whose Host header is not one of the server's own names. A web page that rebinds
// its own name to the loopback address still sends that name (2025-11-25, "Security Warning").

/** The Host values a server answers to, in lower case. */
export type AllowedHosts = ReadonlySet<string>;

/** The hosts that a request names. */
export interface NamedHosts {
  /** That of its URL. */
  readonly url: string;
  readonly header: string | null;
}

/**
 * Whether the request may be served. Of a request whose line names a host besides the header, that one
 * counts (RFC 9112, section 3.2.2), so both must be ours; a missing header leaves the URL's own.
 */
export function isAllowedHost({ url, header }: NamedHosts, allowed: AllowedHosts): boolean {
  return isAmong(allowed, url) && (header === null || header === url || isAmong(allowed, header));
}

function isAmong(allowed: AllowedHosts, host: string): boolean {
  return allowed.has(host) || allowed.has(host.toLowerCase());
}
