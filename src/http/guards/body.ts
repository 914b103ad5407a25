// Reads the body of a POST within its bounds of size and time, as strict UTF-8. A short body whose
// length is announced is read in one go; any other is taken piece by piece, so that what was announced
// takes no memory before it comes, and reading ends when the time is over.

import { isUtf8 } from "node:buffer";
import type { Deadlines } from "../../base/deadlines.ts";
import type { Limits } from "../../base/limits.ts";
import type { BodyRoom, BodyShare } from "../body_budget.ts";

/** The body as text, or why there is none. */
export type BodyReading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "not_utf8" }
  | { readonly kind: "too_large" }
  | { readonly kind: "too_slow" }
  /** The bodies of all requests together take too much memory. */
  | { readonly kind: "too_many" }
  /** Those of the same principal take more than its share. */
  | { readonly kind: "too_many_own" }
  | { readonly kind: "bad_length" }
  | { readonly kind: "aborted" };

/** Options of readBody. */
export interface ReadBodyOptions {
  readonly limits: Limits;
  readonly deadlines: Deadlines;
  readonly budget: BodyShare;
}

// Runtimes make room for the whole announced length before the first byte comes.
const READ_WHOLE_BYTES_MAX = 64 * 1024;

const KINDS = { none: "too_many", none_own: "too_many_own" } as const satisfies Record<
  Exclude<BodyRoom, "taken">,
  string
>;

/** Reads a request's body; never rejects. */
export function readBody(request: Request, options: ReadBodyOptions): Promise<BodyReading> {
  const { bodyBytesMax } = options.limits;
  const announced = request.headers.get("content-length");
  if (announced === null) return readPieces(request, options);
  const length = Number(announced);
  if (!/^\d+$/.test(announced)) return Promise.resolve({ kind: "bad_length" });
  if (length > bodyBytesMax) return Promise.resolve({ kind: "too_large" });
  return length <= READ_WHOLE_BYTES_MAX
    ? readWhole(request, length, options)
    : readPieces(request, options);
}

function readWhole(
  request: Request,
  length: number,
  { deadlines, limits, budget }: ReadBodyOptions,
): Promise<BodyReading> {
  const room = budget.take(length);
  if (room !== "taken") return Promise.resolve({ kind: KINDS[room] });
  return new Promise((resolve) => {
    const deadline = deadlines.add(limits.bodyReadMs, () => resolve({ kind: "too_slow" }));
    const end = (reading: BodyReading) => {
      budget.release(length);
      deadline.cancel();
      resolve(reading);
    };
    request.bytes().then(
      (bytes) => end(decode(bytes)),
      // The sender hung up or broke its own framing; there is nobody left to tell details to.
      () => end({ kind: "aborted" }),
    );
  });
}

async function readPieces(
  request: Request,
  { deadlines, limits, budget }: ReadBodyOptions,
): Promise<BodyReading> {
  const reader = request.body?.getReader();
  if (reader === undefined) return { kind: "text", text: "" };
  let isLate = false;
  const deadline = deadlines.add(limits.bodyReadMs, () => {
    isLate = true;
    leave(reader);
  });
  const pieces: Uint8Array[] = [];
  let size = 0;
  let taken = 0;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      size += piece.value.byteLength;
      const isTooLarge = size > limits.bodyBytesMax;
      const room = isTooLarge ? "none" : budget.take(piece.value.byteLength);
      if (room !== "taken") {
        leave(reader);
        return { kind: isTooLarge ? "too_large" : KINDS[room] };
      }
      taken = size;
      pieces.push(piece.value);
    }
    return isLate ? { kind: "too_slow" } : decode(join(pieces, size));
  } catch {
    // A reader that was left fails, and so does one whose sender hung up; neither is told details.
    return { kind: isLate ? "too_slow" : "aborted" };
  } finally {
    deadline.cancel();
    budget.release(taken);
  }
}

/** Stops reading; what the sender still sends is the runtime's to drop. */
function leave(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => {});
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

// Without the stream option a decoder keeps nothing between two calls.
const UTF8 = new TextDecoder();

function decode(bytes: Uint8Array<ArrayBuffer>): BodyReading {
  // To check and then decode takes half the time of a decoder that throws.
  return isUtf8(bytes) ? { kind: "text", text: UTF8.decode(bytes) } : { kind: "not_utf8" };
}
