// The requests of the measurements as bytes: the handshake of a session, and calls whose id is
// counted up in place, so that no id is used twice in a session and nothing is built while measuring.

import { Buffer } from "node:buffer";
import { Connection } from "./_connection.ts";
import { headerOf } from "./_framing.ts";

/** One call of a tool. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** A request with an id that `next()` raises. */
export interface CountedRequest {
  readonly bytes: Uint8Array;
  /** Puts the next id into the bytes. */
  next(): void;
}

const DATA_LINE = "\ndata: ";
const PROTOCOL_VERSION = "2025-11-25";
const FIRST_ID = 1_000_000_000;
const LANE_IDS = 10_000_000;

/** Opens a session the way a client does, and gives its id. */
export async function openSession(connection: Connection, url: URL): Promise<string> {
  const opening = await connection.ask(post(url, {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: PROTOCOL_VERSION,
      capabilities: {},
      clientInfo: { name: "bench", version: "1.0.0" },
    },
  }));
  const sessionId = headerOf(opening.head, "mcp-session-id");
  if (opening.status !== 200 || sessionId === undefined) {
    throw new Error(`Cannot open a session at ${url.href}: status ${opening.status}`);
  }
  const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
  await connection.ask(post(url, initialized, sessionId));
  return sessionId;
}

/** Ends a session. */
export async function closeSession(
  connection: Connection,
  url: URL,
  sessionId: string,
): Promise<void> {
  const head = `DELETE ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n` +
    `mcp-session-id: ${sessionId}\r\nmcp-protocol-version: ${PROTOCOL_VERSION}\r\n\r\n`;
  await connection.ask(Buffer.from(head));
}

/**
 * The bytes of a call, ready to be sent again and again; `lane` keeps the ids of calls apart that run
 * at once in one session, 0 to 99, ten million for each.
 */
export function countedCall(
  url: URL,
  call: ToolCall,
  sessionId: string,
  lane = 0,
): CountedRequest {
  const id = FIRST_ID + lane * LANE_IDS;
  const message = { jsonrpc: "2.0", id, method: "tools/call", params: call };
  const bytes = post(url, message, sessionId);
  const at = bytes.indexOf(`"id":${id}`) + '"id":'.length;
  return { bytes, next: () => countUp(bytes, at + String(id).length - 1) };
}

/** The bytes of a GET that opens the stream of a session. */
export function streamRequest(url: URL, sessionId: string): Uint8Array {
  const head =
    `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\naccept: text/event-stream\r\n` +
    `mcp-session-id: ${sessionId}\r\nmcp-protocol-version: ${PROTOCOL_VERSION}\r\n\r\n`;
  return Buffer.from(head);
}

/** Calls a tool once and gives its result; throws when that is an error. */
export async function resultOf(url: URL, call: ToolCall): Promise<unknown> {
  const connection = await Connection.open(url);
  try {
    const sessionId = await openSession(connection, url);
    const { body } = await connection.ask(countedCall(url, call, sessionId).bytes);
    await closeSession(connection, url, sessionId);
    return goodResult(body);
  } finally {
    connection.close();
  }
}

/**
 * The result in the body of an answer, or in the last event where that is a stream; throws when it is
 * an error or no answer at all.
 */
export function goodResult(body: Buffer): unknown {
  const lastEvent = body.lastIndexOf(DATA_LINE);
  const start = lastEvent === -1 ? 0 : lastEvent + DATA_LINE.length;
  const { result } = JSON.parse(body.toString("utf8", start));
  if (result === undefined || result.isError === true) {
    throw new Error(`The call failed: ${body.toString("utf8", 0, 500)}`);
  }
  return result;
}

function post(url: URL, message: unknown, sessionId?: string): Buffer {
  const body = JSON.stringify(message);
  const session = sessionId === undefined
    ? ""
    : `mcp-session-id: ${sessionId}\r\nmcp-protocol-version: ${PROTOCOL_VERSION}\r\n`;
  const head = `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n` +
    "content-type: application/json\r\naccept: application/json, text/event-stream\r\n" +
    `${session}content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

function countUp(bytes: Uint8Array, lastDigit: number): void {
  const nine = 0x39;
  for (let at = lastDigit;; at--) {
    const digit = bytes[at] ?? nine;
    if (digit !== nine) {
      bytes[at] = digit + 1;
      return;
    }
    bytes[at] = 0x30;
  }
}
