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
  /** Prepares one body; what it returns shortens that body to so many bytes. */
  readonly cutterOf: (body: string) => (bytesMax: number) => Cut;
  /** Bytes of the entries as JSON, together. */
  readonly bytesMax: number;
}

// JSON escapes can make a body up to six times longer, so a cut that was too generous is repeated with
// a smaller share; after these rounds the share is far below what any escape could blow up.
const ROUNDS_MAX = 8;

/** The entries with bodies short enough for all of them to fit; the last ones go if none can be. */
export function shortenBodies<Entry extends WithBody>(
  entries: readonly Entry[],
  options: ShortenOptions,
): readonly Entry[] {
  const { cutterOf, bytesMax } = options;
  if (isWithin(entries, bytesMax)) return entries;
  const cutters = entries.map((entry) => ({ entry, cut: cutterOf(entry.body) }));
  const frame = jsonBytes(entries.map((entry) => ({ ...entry, body: "", truncated: true })));
  let bodyBytesMax = fairShare(
    entries.map((entry) => Buffer.byteLength(entry.body)),
    bytesMax - frame,
  );
  let shortened = entries;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    shortened = cutters.map(({ entry, cut }) => shorten(entry, cut(bodyBytesMax)));
    if (jsonBytes(shortened) <= bytesMax) return shortened;
    bodyBytesMax = Math.floor(bodyBytesMax / 2);
  }
  return firstThatFit(shortened, bytesMax);
}

/** A cutter that keeps the start of a text, up to a line break or a whole character. */
export function headCutter(text: string): (bytesMax: number) => Cut {
  return (bytesMax) => cutHead(text, bytesMax);
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

// Every character of a body takes at least a byte, so most entries need not be written out.
function isWithin(entries: readonly WithBody[], bytesMax: number): boolean {
  const chars = entries.reduce((sum, entry) => sum + entry.body.length, 0);
  return chars <= bytesMax && jsonBytes(entries) <= bytesMax;
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
