// Where a request comes from, as the name under which it is counted. The socket knows; the runtime is
// asked only where somebody wants to know. An IPv6 host has a whole network of addresses to choose from,
// so these count by network.

import { isIPv6 } from "node:net";

/** Asks the runtime for the address of the other end, as text; undefined: there is no socket. */
export type RemoteAddress = () => string | undefined;

// A host is given a /64 (RFC 6177); two of its addresses differ behind that.
const NETWORK_GROUPS = 4;
const GROUPS = 8;
// An IPv4 address as a socket for both families shows it (RFC 4291, section 2.5.5.2).
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The name under which an address is counted. */
export function countedAddress(address: string): string {
  const [, mapped] = MAPPED.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [withoutZone = ""] = address.toLowerCase().split("%");
  const [head = "", tail] = withoutZone.split("::");
  const first = groupsOf(head);
  const last = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array<string>(Math.max(0, GROUPS - first.length - last.length)).fill("0");
  const network = [...first, ...zeros, ...last].slice(0, NETWORK_GROUPS);
  return `${network.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}

function groupsOf(part: string): string[] {
  return part === "" ? [] : part.split(":");
}
