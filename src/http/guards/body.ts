// Reads the body of a POST within its bounds of size and time, as strict UTF-8. A body with a length
// header is read in one go, because the runtime holds the sender to it; one without is counted as it
// comes.

import { isUtf8 } from "node:buffer";
import type { Deadlines } from "../../base/deadlines.ts";
import type { Limits } from "../../base/limits.ts";

/** The body as text, or why there is none. */
export type BodyReading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "not_utf8" }
  | { readonly kind: "too_large" }
  | { readonly kind: "too_slow" }
  | { readonly kind: "aborted" };

/** Options of readBody. */
export interface ReadBodyOptions {
  readonly limits: Limits;
  readonly deadlines: Deadlines;
}

/** Reads a request's body; never rejects. */
export function readBody(request: Request, options: ReadBodyOptions): Promise<BodyReading> {
  const { bodyBytesMax, bodyReadMs } = options.limits;
  const length = request.headers.get("content-length");
  if (length !== null && !(Number(length) <= bodyBytesMax)) {
    return Promise.resolve({ kind: "too_large" });
  }
  const bytes = length === null ? readCounted(request, bodyBytesMax) : request.bytes();
  return new Promise((resolve) => {
    const deadline = options.deadlines.add(bodyReadMs, () => resolve({ kind: "too_slow" }));
    bytes.then((whole) => {
      deadline.cancel();
      resolve(whole === undefined ? { kind: "too_large" } : decode(whole));
    }, () => {
      // The sender hung up or broke its own framing; there is nobody left to tell details to.
      deadline.cancel();
      resolve({ kind: "aborted" });
    });
  });
}

// Without the stream option a decoder keeps nothing between two calls.
const UTF8 = new TextDecoder();

async function readCounted(
  request: Request,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, which ends the connection or drains it.
    if (size > bytesMax) return undefined;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function decode(bytes: Uint8Array<ArrayBuffer>): BodyReading {
  // To check and then decode takes half the time of a decoder that throws.
  return isUtf8(bytes) ? { kind: "text", text: UTF8.decode(bytes) } : { kind: "not_utf8" };
}
