// Messages of JSON-RPC for fuzz targets: right ones, nearly right ones, and what the book says of them in
// other words than the code does.

import { call, initializeRequest, notification, rpc } from "../helpers/test_app.ts";
import { oneOf, type Random, randomJson } from "./random_inputs.ts";

/** The members of a message. */
export type Members = Record<string, unknown>;

const MEMBERS = ["jsonrpc", "id", "method", "params", "result", "error"] as const;

/** A message, or nearly one: some members replaced, taken away or added. */
export function nearlyMessage(random: Random): Members {
  const message: Members = oneOf(random, [
    rpc("ping"),
    rpc("tools/list", {}, "text"),
    call("count", {}, 0),
    rpc("logging/setLevel", { level: "info" }),
    rpc("no/such/method", {}, ""),
    notification("notifications/cancelled", { requestId: 1 }),
    { jsonrpc: "2.0", id: 5, result: {} },
    { jsonrpc: "2.0", id: 5, error: { code: 1, message: "no" } },
    initializeRequest("2025-11-25"),
  ]);
  const changed = { ...message };
  for (let change = random(3); change > 0; change--) {
    const member = oneOf(random, MEMBERS);
    if (random(3) === 0) delete changed[member];
    else changed[member] = randomJson(random, 2);
  }
  return changed;
}

/** Whether JSON-RPC 2.0 and the protocol call a value that JSON gave a request. */
export function isRequest(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { jsonrpc, id, method, params, result, error } = value as Members;
  const hasId = typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id));
  const hasParams = params === undefined ||
    (typeof params === "object" && params !== null && !Array.isArray(params));
  return jsonrpc === "2.0" && hasId && typeof method === "string" && hasParams &&
    result === undefined && error === undefined;
}
