// The JSON-RPC error codes this server sends (JSON-RPC 2.0 section 5.1, and the range that MCP
// implementations share). A code appears here when something sends it.

/** The body was not JSON. */
export const PARSE_ERROR = -32700;
/** JSON, but not a message this endpoint takes. */
export const INVALID_REQUEST = -32600;
/** No such method. */
export const METHOD_NOT_FOUND = -32601;
/** The method exists, its parameters do not fit. */
export const INVALID_PARAMS = -32602;
/** A fault of ours; the message holds no detail. */
export const INTERNAL_ERROR = -32603;
/** Refused at the transport: a limit, a missing header, a session that is over. */
export const SERVER_ERROR = -32000;
/** The session is not known, or belongs to somebody else. */
export const SESSION_NOT_FOUND = -32001;
/** No such resource (up to 2025-11-25; "Resources", "Error Handling"). */
export const RESOURCE_NOT_FOUND = -32002;
/** The call needs a page to be opened first (2025-11-25, "URL Elicitation Required Errors"). */
export const URL_ELICITATION_REQUIRED = -32042;
/** A header and the body do not say the same (2026-07-28, "Header Mismatch"). */
export const HEADER_MISMATCH = -32020;
/** The call needs a capability that the client did not declare (2026-07-28, "Error Codes"). */
export const MISSING_CAPABILITY = -32021;
/** The protocol version is not implemented (2026-07-28, "Versioning"). */
export const UNSUPPORTED_VERSION = -32022;
