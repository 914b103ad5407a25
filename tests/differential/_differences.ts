// Where this server answers otherwise than those of the SDKs, and why it is meant to.

import type { ReferenceName } from "./_references.ts";

/** A difference that is meant to be. */
export interface Difference {
  /** The cases. */
  readonly of: readonly string[];
  readonly from: readonly ReferenceName[];
  readonly ours: string;
  readonly theirs: string;
  /** The rows of `tests/wire.md` that decide it. */
  readonly rows: string;
  readonly reason: string;
}

const BOTH: readonly ReferenceName[] = ["1.32.2", "2.4.0"];
const NO_SESSION = "400 error -32000 without id";

const SESSIONS: readonly Difference[] = [
  {
    of: ["a request without a session"],
    from: BOTH,
    ours: "200 result",
    theirs: NO_SESSION,
    rows: "mcp:42",
    reason: "Only a server that requires sessions has to refuse; this one does when told to",
  },
  {
    of: ["an unknown session"],
    from: BOTH,
    ours: "404 error -32001",
    theirs: "404 error -32001 without id",
    rows: "mcp:43",
    reason: "An id that could be read is repeated",
  },
  {
    of: ["a second initialize"],
    from: BOTH,
    ours: "400 error -32600",
    theirs: "400 error -32600 without id",
    rows: "mcp:39",
    reason: "An id that could be read is repeated",
  },
  {
    of: ["initialize without members"],
    from: BOTH,
    ours: "200 version 2024-11-05",
    theirs: NO_SESSION,
    rows: "mcp:36",
    reason: "A client that names no version is answered the oldest one",
  },
  {
    of: ["initialize without parameters"],
    from: BOTH,
    ours: "200 error -32602",
    theirs: NO_SESSION,
    rows: "mcp:37",
    reason: "The parameters are what is wrong, not the session",
  },
  {
    of: ["a second GET"],
    from: BOTH,
    ours: "200 stream",
    theirs: "409 error -32000 without id",
    rows: "mcp:74",
    reason: "A client that comes back before its old connection is noticed to be gone is let in",
  },
];

const HEADERS: readonly Difference[] = [
  {
    of: ["no Accept", "Accept of anything", "Accept of JSON alone"],
    from: BOTH,
    ours: "200 result",
    theirs: "406 error -32000 without id",
    rows: "mcp:19 mcp:20",
    reason: "What can be answered in a form that the client takes is answered",
  },
  {
    of: ["no content type"],
    from: BOTH,
    ours: "200 result",
    theirs: "415 error -32000 without id",
    rows: "mcp:14",
    reason: "A client that does not say is taken to send JSON",
  },
  {
    of: ["no content type"],
    from: ["2.4.0 stateless"],
    ours: "200 complete",
    theirs: "415 error -32000 without id",
    rows: "mcp:14",
    reason: "A client that does not say is taken to send JSON",
  },
  {
    of: ["an unsupported version header", "an empty version header"],
    from: BOTH,
    ours: "400 error -32000",
    theirs: "400 error -32000 without id",
    rows: "mcp:46",
    reason: "An id that could be read is repeated",
  },
  {
    of: ["a foreign Origin", "a foreign Host"],
    from: BOTH,
    ours: "403 text",
    theirs: "200 result",
    rows: "mcp:5 mcp:9",
    reason: "The checks are always on here, and a matter of the embedder there",
  },
];

const MESSAGES: readonly Difference[] = [
  {
    of: ["broken JSON", "an empty body"],
    from: BOTH,
    ours: "200 error -32700 without id",
    theirs: "400 error -32700 without id",
    rows: "mcp:21",
    reason: "The older revisions have no status for it, and their clients read the body",
  },
  {
    of: [
      "null",
      "a number",
      "an object that is no message",
      "the id null",
      "the id 1.5",
      "an object as id",
    ],
    from: BOTH,
    ours: "200 error -32600 without id",
    theirs: "400 error -32700 without id",
    rows: "mcp:23 mcp:25",
    reason: "JSON that is no message is an invalid request by JSON-RPC, not a failed parse",
  },
  {
    of: [
      "a message without jsonrpc",
      "a method that is no text",
      "an array as params",
      "method and result",
    ],
    from: BOTH,
    ours: "200 error -32600",
    theirs: "400 error -32700 without id",
    rows: "mcp:24 mcp:27 mcp:28 mcp:31",
    reason: "As before, and an id that could be read is repeated",
  },
  {
    of: ["an empty batch", "a batch of notifications"],
    from: BOTH,
    ours: "400 error -32600 without id",
    theirs: "202",
    rows: "mcp:58 mcp:59",
    reason: "Batches belong to 2025-03-26 alone",
  },
  {
    of: ["a batch of requests"],
    from: BOTH,
    ours: "400 error -32600 without id",
    theirs: "200 result result",
    rows: "mcp:59",
    reason: "Batches belong to 2025-03-26 alone",
  },
  {
    of: ["an unknown tool"],
    from: ["1.32.2"],
    ours: "200 error -32602",
    theirs: "200 tool error",
    rows: "mcp:117",
    reason: "An unknown tool is an error of the protocol",
  },
  {
    of: ["progress for who takes JSON alone"],
    from: ["2.4.0 stateless"],
    ours: "200 complete",
    theirs: "200 notifications/progress complete",
    rows: "mcp:112",
    reason: "A client that takes JSON alone is sent no stream",
  },
  {
    of: ["a response"],
    from: ["2.4.0 stateless"],
    ours: "400 error -32600 without id",
    theirs: "400 error -32000 without id",
    rows: "mcp:108",
    reason: "Codes from -32000 to -32019 are not for new replies",
  },
];

/** All of them. */
export const DIFFERENCES: readonly Difference[] = [...SESSIONS, ...HEADERS, ...MESSAGES];
