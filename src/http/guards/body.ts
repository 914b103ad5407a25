// Reads the body of a POST within its bounds of size and time, as strict UTF-8. A body with a length
// header is read in one go, because the runtime holds the sender to it; one without is counted as it
// comes.

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

const TOO_SLOW: BodyReading = { kind: "too_slow" };

/** Reads a request's body; never rejects. */
export function readBody(request: Request, options: ReadBodyOptions): Promise<BodyReading> {
  const { bodyBytesMax, bodyReadMs } = options.limits;
  const length = request.headers.get("content-length");
  if (length !== null && !(Number(length) <= bodyBytesMax)) {
    return Promise.resolve({ kind: "too_large" });
  }
  return new Promise((resolve) => {
    const deadline = options.deadlines.add(bodyReadMs, () => resolve(TOO_SLOW));
    const bytes = length === null ? readCounted(request, bodyBytesMax) : request.bytes();
    bytes.then(
      (whole) => {
        deadline.cancel();
        resolve(whole === undefined ? { kind: "too_large" } : decode(whole));
      },
      () => {
        // The sender hung up or broke its own framing; there is nobody left to tell details to.
        deadline.cancel();
        resolve({ kind: "aborted" });
      },
    );
  });
}

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
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (thrown) {
    if (thrown instanceof TypeError) return { kind: "not_utf8" };
    throw thrown;
  }
}
