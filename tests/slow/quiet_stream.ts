// What needs real time: a stream on which nothing happens stays open for a minute, on both runtimes.

import assert from "node:assert/strict";
import { tempHome } from "../helpers/temp_home.ts";
import { startProcess } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { clientOf } from "../helpers/test_app.ts";

const QUIET_MS = 60_000;

testOnBoth("a quiet stream stays open for a minute mcp:83", async (runtime) => {
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
});
