import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createFramer, headerOf } from "../../../scripts/bench/_framing.ts";

const PLAIN = "HTTP/1.1 200 OK\r\nContent-Length:  5 \r\n\r\nhello";
const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" +
  "3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\n\r\n";

Deno.test("createFramer() gives a response by its length, wherever the bytes are cut", () => {
  for (let at = 1; at < PLAIN.length; at++) {
    const framer = createFramer();
    assert.equal(framer.push(Buffer.from(PLAIN.slice(0, at))), undefined);
    const response = framer.push(Buffer.from(PLAIN.slice(at)));
    assert.equal(response?.body.toString(), "hello");
    assert.equal(response?.bytes, PLAIN.length);
  }
});

Deno.test("createFramer() puts chunks together, wherever the bytes are cut", () => {
  for (let at = 1; at < CHUNKED.length; at++) {
    const framer = createFramer();
    assert.equal(framer.push(Buffer.from(CHUNKED.slice(0, at))), undefined);
    const response = framer.push(Buffer.from(CHUNKED.slice(at)));
    assert.equal(response?.body.toString(), "hello");
    assert.equal(response?.bytes, CHUNKED.length);
  }
});

Deno.test("createFramer() gives an empty body when no length is named, and keeps its place", () => {
  const framer = createFramer();
  const accepted = framer.push(Buffer.from("HTTP/1.1 202 Accepted\r\ndate: now\r\n\r\n"));
  assert.equal(accepted?.status, 202);
  assert.equal(accepted?.body.length, 0);
  assert.equal(framer.push(Buffer.from(PLAIN))?.status, 200);
});

Deno.test("headerOf() finds a header in any case and is content when there is none", () => {
  const head = "HTTP/1.1 200 OK\r\nMcp-Session-Id: abc \r\nDate: now";
  assert.equal(headerOf(head, "mcp-session-id"), "abc");
  assert.equal(headerOf(head, "allow"), undefined);
});
