// The headers of a message to a mounted server over HTTP: those of its file, those of the session, and
// what a stateless request repeats of its body.

import { PROTOCOL_VERSION_HEADER, SESSION_ID_HEADER } from "../protocol/headers.ts";
import type { OutgoingMessage, RpcResponse } from "../protocol/json_rpc.ts";
import { headersOfArguments, type MirroredArgument } from "../protocol/mirrored_arguments.ts";
import { headersOf } from "../protocol/mirrored_headers.ts";
import { isModernVersion } from "../protocol/revisions.ts";

/** What is known of the conversation. */
export interface HttpConversation {
  /** The headers of the file. */
  readonly own: Readonly<Record<string, string>>;
  readonly revision: string | undefined;
  readonly sessionId: string | undefined;
  readonly mirrored: ReadonlyMap<string, readonly MirroredArgument[]>;
}

const ACCEPT = "application/json, text/event-stream";

/** The headers that every request of a conversation has. */
export function conversationHeaders({ own, revision, sessionId }: HttpConversation): Headers {
  const headers = new Headers(own);
  if (revision !== undefined) headers.set(PROTOCOL_VERSION_HEADER, revision);
  if (sessionId !== undefined) headers.set(SESSION_ID_HEADER, sessionId);
  return headers;
}

/** The headers of a message that is posted. */
export function messageHeaders(
  message: OutgoingMessage | RpcResponse,
  conversation: HttpConversation,
): Headers {
  const headers = conversationHeaders(conversation);
  headers.set("content-type", "application/json");
  headers.set("accept", ACCEPT);
  const { revision, mirrored } = conversation;
  if (revision === undefined || !isModernVersion(revision) || !("method" in message)) {
    return headers;
  }
  for (const [name, value] of headersOf(message)) headers.set(name, value);
  if (message.method !== "tools/call") return headers;
  const { name, arguments: args } = message.params ?? {};
  const repeated = headersOfArguments(mirrored.get(String(name)) ?? [], args);
  for (const [header, value] of repeated) headers.set(header, value);
  return headers;
}
