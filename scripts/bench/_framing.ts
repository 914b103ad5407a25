// Cuts HTTP/1.1 responses out of the bytes of one connection, by Content-Length or in chunks. Just
// enough for a load generator that has one request in flight on each connection.

import { Buffer } from "node:buffer";

/** One response, whole. */
export interface RawResponse {
  readonly status: number;
  /** The head as it came, status line included. */
  readonly head: string;
  readonly body: Buffer;
  /** Bytes on the wire, head included. */
  readonly bytes: number;
}

/** Takes what arrives; gives a response as soon as one is whole. */
export interface Framer {
  push(chunk: Buffer): RawResponse | undefined;
}

/** A framer for one connection. */
export function createFramer(): Framer {
  let held: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const response = cut(held);
      if (response !== undefined) held = held.subarray(response.bytes);
      return response;
    },
  };
}

/** The value of a header in a raw head. */
export function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, "im").exec(head)?.[1];
}

function cut(held: Buffer): RawResponse | undefined {
  const headEnd = held.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = held.toString("latin1", 0, headEnd);
  const status = Number(head.slice(9, 12));
  const start = headEnd + 4;
  if (headerOf(head, "transfer-encoding")?.toLowerCase() === "chunked") {
    const chunked = cutChunks(held, start);
    return chunked === undefined ? undefined : { status, head, ...chunked };
  }
  const bytes = start + Number(headerOf(head, "content-length") ?? 0);
  if (held.length < bytes) return undefined;
  return { status, head, body: held.subarray(start, bytes), bytes };
}

function cutChunks(held: Buffer, start: number): { body: Buffer; bytes: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = start;;) {
    const lineEnd = held.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(held.toString("latin1", at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (held.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), bytes: next };
    parts.push(held.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}
