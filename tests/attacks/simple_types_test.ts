// Attack: a page of another site posts without a preflight, in a content type that needs none. What a
// browser does of itself is in `hostile_page_test.ts`; here are the bytes it sends, also those of browsers
// that name no origin.

import assert from "node:assert/strict";
import { testOnBoth } from "../helpers/runtimes.ts";
import { assertUnharmed, plant, startVictim } from "./_victim.ts";

// The types that need no preflight (WHATWG Fetch, "CORS-safelisted request-header"), and what a careless
// reader takes for JSON.
const SIMPLE_TYPES = [
  "text/plain",
  "TEXT/PLAIN; charset=utf-8",
  "text/plain;application/json",
  "text/plain, application/json",
  "text/plain; x=application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=application/json",
  "multipart/form-data",
  "application/json, text/plain",
  "application/jsonp",
  "text/json",
  "application",
  "*/*",
];

function post(port: number, headers: readonly string[], subject: string): string {
  const body = plant(subject);
  const lines = ["POST /mcp HTTP/1.1", `host: 127.0.0.1:${port}`, ...headers];
  return [...lines, `content-length: ${body.length}`, "", body].join("\r\n");
}

testOnBoth(
  "a simple content type stores nothing, with an origin and without mcp:14",
  async (runtime) => {
    await using victim = await startVictim(runtime);
    for (const type of SIMPLE_TYPES) {
      const line = `content-type: ${type}`;
      const silent = await victim.sendRaw(post(victim.port, [line], type));
      assert.equal(silent?.status, 415, type);
      const honest = [line, "origin: http://evil.example"];
      assert.equal((await victim.sendRaw(post(victim.port, honest, type)))?.status, 403, type);
    }
    const twice = ["content-type: text/plain", "content-type: application/json"];
    for (const lines of [twice, twice.toReversed()]) {
      const answer = await victim.sendRaw(post(victim.port, lines, "two types"));
      assert.ok(answer === undefined || answer.status >= 400, `${lines} ${answer?.status}`);
    }
    // Programs may leave the type out; a browser that does so names its origin.
    const untyped = ["origin: null"];
    assert.equal((await victim.sendRaw(post(victim.port, untyped, "untyped")))?.status, 403);
    await assertUnharmed(victim);
  },
);
