// Refuses a request whose Host header is not one of the server's own names. A web page that rebinds
// its own name to the loopback address still sends that name (2025-11-25, "Security Warning").

/** The Host values a server answers to, in lower case. */
export type AllowedHosts = ReadonlySet<string>;

/**
 * Whether the request may be served. Of a request whose line names a host besides the header, that one
 * counts (RFC 9112, section 3.2.2), so both must be ours; a missing header leaves the URL's own.
 */
export function isAllowedHost(request: Request, allowed: AllowedHosts): boolean {
  const named = hostOfUrl(request.url);
  const host = request.headers.get("host") ?? named;
  return isAmong(allowed, host) && (named === host || isAmong(allowed, named));
}

function isAmong(allowed: AllowedHosts, host: string): boolean {
  return allowed.has(host) || allowed.has(host.toLowerCase());
}

/** The part of a URL between `//` and the path. */
function hostOfUrl(url: string): string {
  const start = url.indexOf("//") + 2;
  const end = url.indexOf("/", start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}
