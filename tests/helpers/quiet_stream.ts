// A stream on which nothing happens, watched for a minute of real time.

import assert from "node:assert/strict";
import { startProcess } from "./process.ts";
import type { Runtime } from "./runtimes.ts";
import { tempHome } from "./temp_home.ts";
import { clientOf } from "./test_app.ts";

const QUIET_MS = 60_000;

/** Opens a stream on the program under that runtime; fails if it ends within a minute. */
export async function watchQuietStream(runtime: Runtime): Promise<void> {
  using home = tempHome();
  const args = ["serve", "--bind", "127.0.0.1:0", "--home", home.path];
  await using server = await startProcess({ runtime, args });
  const session = await clientOf(fetch, server.firstLine).open();
  const leaving = new AbortController();
  const stream = await fetch(server.firstLine, {
    headers: { "mcp-session-id": session.id },
    signal: leaving.signal,
  });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  const quiet = Promise.withResolvers<"quiet">();
  const timer = setTimeout(() => quiet.resolve("quiet"), QUIET_MS);
  let text = "";
  while (true) {
    const read: ReadableStreamReadResult<string> | "quiet" = await Promise.race([
      reader.read(),
      quiet.promise,
    ]);
    if (read === "quiet") break;
    assert.equal(read.done, false, "the stream ended");
    text += read.value;
  }
  clearTimeout(timer);
  assert.ok(text.split(": keep-alive").length > 3, text);
  leaving.abort();
  await reader.cancel().catch(() => {});
  assert.equal((await server.stop()).code, 0);
}
