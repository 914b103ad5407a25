// How values of a body stand in headers, and what is said where header and body disagree.

import assert from "node:assert/strict";
import type { JsonObject } from "../../src/protocol/json_rpc.ts";
import {
  complaintAboutHeaders,
  decodeHeaderValue,
  encodeHeaderValue,
  headersOf,
} from "../../src/protocol/mirrored_headers.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

// The examples of the specification, and the edges of its rule.
const ENCODED: readonly (readonly [value: string, header: string])[] = [
  ["us-west1", "us-west1"],
  ["Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="],
  [" padded ", "=?base64?IHBhZGRlZCA=?="],
  ["line1\nline2", "=?base64?bGluZTEKbGluZTI=?="],
  ["=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="],
  ["", "=?base64??="],
  ["a b\tc", "a b\tc"],
  ["\ta", "=?base64?CWE=?="],
  ["~", "~"],
  ["\u007f", "=?base64?fw==?="],
  ["=?BASE64?YQ==?=", "=?BASE64?YQ==?="],
  ["=?base64?YQ==", "=?base64?YQ=="],
  ["YQ==?=", "YQ==?="],
  ["\ufeffa", "=?base64?77u/YQ==?="],
];

for (const [value, header] of ENCODED) {
  Deno.test(`encodeHeaderValue() writes ${JSON.stringify(value)} as ${header}, and back`, () => {
    assert.equal(encodeHeaderValue(value), header);
    assert.equal(decodeHeaderValue(header), value);
  });
}

Deno.test("decodeHeaderValue() takes a header that no client needs to encode", () => {
  assert.equal(decodeHeaderValue("=?base64?YQ==?="), "a");
  assert.equal(decodeHeaderValue(""), "");
  assert.equal(decodeHeaderValue("=?base64?="), "=?base64?=");
});

Deno.test("decodeHeaderValue() refuses what nobody may send", () => {
  const refused = [
    ...["é", "a\u0000", "a\nb", "\u007f", "世"],
    ...["=?base64?SGVsbG8?=", "=?base64?SGVs!!!bG8=?=", "=?base64?YQ==\t?=", "=?base64? YQ==?="],
    // Bits that mean nothing, the alphabet for URLs, no UTF-8, half a pair.
    ...["=?base64?YR==?=", "=?base64?_-8=?=", "=?base64?/w==?=", "=?base64?7aCA?="],
  ];
  for (const raw of refused) assert.equal(decodeHeaderValue(raw), undefined, JSON.stringify(raw));
});

const PIECES = [
  ...["=?base64?", "?=", "a", "Z", "0", "+", "/", "=", " ", "\t", "\n", "\r", "\0", "é", "世"],
  ...["🌍", "\ufeff", "\u007f", "YQ==", "%41", '"', "\\", ",", "\u00a0", "\u2028"],
];

Deno.test("any text survives a header: ten thousand random ones", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 10_000; round++) {
    const text = Array.from({ length: random(12) }, () => PIECES[random(PIECES.length)]).join("");
    const header = new Headers({ "mcp-name": encodeHeaderValue(text) }).get("mcp-name") ?? "";
    assert.equal(decodeHeaderValue(header), text, `seed ${seed}: ${JSON.stringify(text)}`);
  }
});

Deno.test("one value has one encoded form: ten thousand random headers", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 10_000; round++) {
    const inner = Array.from({ length: random(6) }, () => PIECES[random(PIECES.length)]).join("");
    const raw = `=?base64?${inner}?=`;
    const value = decodeHeaderValue(raw);
    if (value === undefined) continue;
    const again = `=?base64?${Buffer.from(value, "utf8").toString("base64")}?=`;
    assert.equal(again, raw, `seed ${seed}`);
  }
});

const CALL = { method: "tools/call", params: { name: "memory_query" } };

function complaint(
  message: { readonly method: string; readonly params?: JsonObject },
  headers: HeadersInit,
): string | undefined {
  const given = new Headers(headers);
  return complaintAboutHeaders(message, (name) => given.get(name));
}

Deno.test("complaintAboutHeaders() finds headers that say what the body says", () => {
  const list = { method: "tools/list" };
  assert.equal(complaint(list, { "MCP-METHOD": "tools/list" }), undefined);
  for (const name of ["memory_query", "  memory_query\t", "=?base64?bWVtb3J5X3F1ZXJ5?="]) {
    const headers = { "Mcp-Method": "tools/call", "Mcp-Name": name };
    assert.equal(complaint(CALL, headers), undefined, name);
  }
});

Deno.test("complaintAboutHeaders() compares the member that the method is named by", () => {
  const named: readonly (readonly [string, JsonObject, string])[] = [
    ["tools/call", { name: "a" }, "a"],
    ["prompts/get", { name: "schön" }, "=?base64?c2Now7Zu?="],
    ["resources/read", { uri: "car://memory/status" }, "car://memory/status"],
    ["tasks/get", { taskId: "t" }, "t"],
    ["tasks/update", { taskId: "t" }, "t"],
    ["tasks/cancel", { taskId: "t" }, "t"],
  ];
  for (const [method, params, name] of named) {
    const message = { method, params };
    assert.equal(complaint(message, { "mcp-method": method, "mcp-name": name }), undefined);
    assert.match(complaint(message, { "mcp-method": method, "mcp-name": "b" }) ?? "", /Mcp-Name/);
    assert.match(complaint(message, { "mcp-method": method }) ?? "", /^Missing header Mcp-Name$/);
    assert.deepEqual(headersOf(message), [["mcp-method", method], ["mcp-name", name]]);
  }
});

Deno.test("complaintAboutHeaders() complains about a method that is missing or another", () => {
  for (const method of [undefined, "tools/list", "TOOLS/CALL", "tools/call, tools/call", ""]) {
    const given = {
      "mcp-name": "memory_query",
      ...(method !== undefined && { "mcp-method": method }),
    };
    assert.match(complaint(CALL, given) ?? "", /Mcp-Method/, method);
  }
});

Deno.test("complaintAboutHeaders() complains about a name that is another or badly encoded", () => {
  const names = [
    ...["other", "Memory_Query", "", "memory_query, memory_query", "mémory_query"],
    ...["=?base64?b3RoZXI=?=", "=?base64?bWVtb3J5X3F1ZXJ5", "=?BASE64?bWVtb3J5X3F1ZXJ5?="],
    ...["=?base64?bWVtb3J5X3F1ZXJ?=", "=?base64?b W?="],
  ];
  for (const name of names) {
    const headers = { "mcp-method": "tools/call", "mcp-name": name };
    assert.match(complaint(CALL, headers) ?? "", /Mcp-Name/, name);
  }
});

Deno.test("complaintAboutHeaders() leaves a call without a name to who reads its params", () => {
  const call = { method: "tools/call", params: { name: 7 } };
  assert.equal(complaint(call, { "mcp-method": "tools/call" }), undefined);
  assert.match(complaint(call, { "mcp-method": "tools/call", "mcp-name": "7" }) ?? "", /Mcp-Name/);
  assert.deepEqual(headersOf(call), [["mcp-method", "tools/call"]]);
});

Deno.test("complaintAboutHeaders() tells nobody what stood in a header or a body", () => {
  const call = { method: "tools/call", params: { name: "secret-name" } };
  const told = complaint(call, { "mcp-method": "tools/call", "mcp-name": "secret-header" });
  assert.equal(told, 'Header Mcp-Name does not match "params.name"');
});
