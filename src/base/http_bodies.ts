// The bodies of answers over HTTP, read within a bound.

/** Whether an answer is a stream of events. */
export function isEventStream(response: Response): boolean {
  const type = response.headers.get("content-type") ?? "";
  return /^text\/event-stream\b/i.test(type.trim());
}

/**
 * The bytes of a body as they come; whoever stops early lets go of the connection. The signal ends it,
 * also where the server is in this process and there is no connection to break.
 */
export async function* bytesOfBody(
  response: Response,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const stop = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      yield piece.value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    // A body that was read to its end, or has failed, has nothing to let go of.
    await reader.cancel().catch(() => {});
  }
}

/** The text of a body; undefined where it has more bytes than that. */
export async function textWithin(
  response: Response,
  bytesMax: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const piece of bytesOfBody(response)) {
    bytes += piece.length;
    if (bytes > bytesMax) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** Lets go of a body that nobody reads. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel();
}

/** The error of a refusal's body, where it is a message of the protocol. */
export function errorIn(
  text: string,
): { readonly code: number; readonly message: string } | undefined {
  try {
    const { error } = JSON.parse(text);
    const isError = typeof error?.code === "number" && typeof error.message === "string";
    return isError ? { code: error.code, message: error.message } : undefined;
  } catch {
    // A page for people; the status says enough.
    return undefined;
  }
}

/** What went wrong with a request, without the URL, which may hold a secret. */
export function describeFetchFault(thrown: unknown): string {
  if (thrown instanceof Error && thrown.name === "NotCapable") {
    return "It cannot be reached: this process lacks the permission (--allow-net)";
  }
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const code = codeOf(cause) ?? codeOf(thrown);
  return code === undefined ? "It cannot be reached" : `It cannot be reached: ${code}`;
}

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
