import assert from "node:assert/strict";
import { kindOf, kindOfJson } from "../../src/session/message_kind.ts";

const KINDS = [
  [{ method: "notifications/progress", params: {} }, "report"],
  [{ method: "notifications/message", params: {} }, "report"],
  [{ method: "notifications/cancelled", params: {} }, "notice"],
  [{ id: 0, result: {} }, "awaited"],
  [{ id: "", error: { code: 1, message: "" } }, "awaited"],
  [{ id: null, error: { code: 1, message: "" } }, "awaited"],
  [{ id: 1, method: "notifications/progress" }, "awaited"],
  [{ id: 1, method: "roots/list" }, "awaited"],
  [{}, "notice"],
  [[{ id: 1, result: {} }], "notice"],
  ["notifications/progress", "notice"],
  [null, "notice"],
] as const;

Deno.test("kindOf() tells reports, what somebody waits for, and all else", () => {
  for (const [message, kind] of KINDS) assert.equal(kindOf(message), kind, JSON.stringify(message));
});

Deno.test("kindOfJson() tells the same of a text, and takes what is no JSON for a notice", () => {
  for (const [message, kind] of KINDS) assert.equal(kindOfJson(JSON.stringify(message)), kind);
  for (const text of ["", "{", '{"id":1']) assert.equal(kindOfJson(text), "notice", text);
});
