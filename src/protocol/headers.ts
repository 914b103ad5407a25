// The HTTP header names of the protocol and of this server, in lower case as `Headers` compares them.

/** Names the session of a legacy request (2025-03-26 and later, "Session Management"). */
export const SESSION_ID_HEADER = "mcp-session-id";
/** Names the revision a request is written in (2025-06-18 and later). */
export const PROTOCOL_VERSION_HEADER = "mcp-protocol-version";
/** Names the last event a reconnecting stream has seen. */
export const LAST_EVENT_ID_HEADER = "last-event-id";
/** The namespace of the request; this server's own. */
export const NAMESPACE_HEADER = "car-namespace";
/**
 * The absolute folder the caller works in, percent-encoded in UTF-8 (`encodeURI()` of the path); this
 * server's own.
 */
export const PROJECT_HEADER = "car-project";
/** Repeats the method of a stateless request (2026-07-28, "Standard Request Headers"). */
export const METHOD_HEADER = "mcp-method";
/** Repeats what a stateless request names: a tool, a prompt, a resource, a task. */
export const NAME_HEADER = "mcp-name";
/** Before the name of an argument that a stateless `tools/call` repeats in a header. */
export const PARAM_HEADER_PREFIX = "mcp-param-";
