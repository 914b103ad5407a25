// What is read of a request's URL, one after the other by the same reader.

import assert from "node:assert/strict";
import { RequestUrls } from "../../src/http/request_url.ts";

Deno.test("RequestUrls read() gives host and path as they were sent, without the query", () => {
  const urls = new RequestUrls();
  const cases = [
    ["http://127.0.0.1:9102/mcp", "127.0.0.1:9102", "/mcp"],
    ["https://[::1]:9102/mcp/health?full=1", "[::1]:9102", "/mcp/health"],
    ["http://LOCALHOST/mcp?to=http://elsewhere/x", "LOCALHOST", "/mcp"],
    ["http://localhost", "localhost", "/"],
    ["http://localhost/", "localhost", "/"],
  ] as const;
  for (const [href, host, path] of cases) assert.deepEqual(urls.read(href), { href, host, path });
});

Deno.test("RequestUrls read() tells URLs apart that follow each other", () => {
  const urls = new RequestUrls();
  const ours = "http://localhost:9102/mcp";
  assert.equal(urls.read(ours), urls.read(ours));
  assert.equal(urls.read("http://elsewhere.example/mcp").host, "elsewhere.example");
  assert.equal(urls.read(ours).host, "localhost:9102");
});
