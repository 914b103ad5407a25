// Keeps an answer within its bytes: long bodies are cut to a fair share each and say so with
// `truncated: true`, short ones stay whole; a list that is too long ends early.

import { Buffer } from "node:buffer";

/** Something with a body that may be shortened. */
export interface WithBody {
  readonly body: string;
  readonly truncated?: true | undefined;
}

/** A body after the cut. */
export interface Cut {
  readonly text: string;
  readonly truncated: boolean;
}

/** Options of shortenBodies. */
export interface ShortenOptions {
  /** Shortens one body to so many bytes. */
  readonly cut: (body: string, bytesMax: number) => Cut;
  /** Bytes of the entries as JSON, together. */
  readonly bytesMax: number;
}

// JSON escapes can make a body up to six times longer, so a cut that was too generous is repeated with
// a smaller share; after these rounds the share is far below what any escape could blow up.
const ROUNDS_MAX = 8;

/** The entries with bodies short enough for all of them to fit. */
export function shortenBodies<Entry extends WithBody>(
  entries: readonly Entry[],
  options: ShortenOptions,
): readonly Entry[] {
  const { cut, bytesMax } = options;
  if (jsonBytes(entries) <= bytesMax) return entries;
  const frame = jsonBytes(entries.map((entry) => ({ ...entry, body: "", truncated: true })));
  let bodyBytesMax = fairShare(
    entries.map((entry) => Buffer.byteLength(entry.body)),
    bytesMax - frame,
  );
  let shortened = entries;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    shortened = entries.map((entry) => shorten(entry, cut(entry.body, bodyBytesMax)));
    if (jsonBytes(shortened) <= bytesMax) break;
    bodyBytesMax = Math.floor(bodyBytesMax / 2);
  }
  return shortened;
}

/** Keeps the start of a text, up to a line break or a whole character. */
export function cutHead(text: string, bytesMax: number): Cut {
  if (Buffer.byteLength(text) <= bytesMax) return { text, truncated: false };
  // A character cut in half at the end decodes to U+FFFD, which is taken off again.
  const head = Buffer.from(text).subarray(0, bytesMax).toString("utf8").replace(/\uFFFD+$/, "");
  const line = head.lastIndexOf("\n");
  return { text: line > 0 ? head.slice(0, line + 1) : head, truncated: true };
}

/** The first entries that fit into so many bytes of JSON. */
export function firstThatFit<Entry>(entries: readonly Entry[], bytesMax: number): readonly Entry[] {
  let bytes = 2;
  const end = entries.findIndex((entry) => {
    bytes += jsonBytes(entry) + 1;
    return bytes > bytesMax;
  });
  return end === -1 ? entries : entries.slice(0, end);
}

function shorten<Entry extends WithBody>(entry: Entry, { text, truncated }: Cut): Entry {
  return truncated ? { ...entry, body: text, truncated: true } : entry;
}

/** The largest cut under which all sizes together fit: what short ones leave goes to the long ones. */
function fairShare(sizes: readonly number[], total: number): number {
  let left = Math.max(0, total);
  const ascending = sizes.toSorted((a, b) => a - b);
  for (const [at, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - at));
    if (size > share) return share;
    left -= size;
  }
  return left;
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
