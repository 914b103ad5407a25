// How a change is told on the wire.

import type { RpcNotification } from "../protocol/json_rpc.ts";
import type { ToldChange } from "./changes.ts";

/** The notification that tells a client of a change (2025-11-25, "Resources", "Tools", "Prompts"). */
export function notificationOf(change: ToldChange): RpcNotification {
  return change.kind === "resource"
    ? {
      jsonrpc: "2.0",
      method: "notifications/resources/updated",
      params: { uri: change.uri },
    }
    : { jsonrpc: "2.0", method: `notifications/${change.kind}/list_changed` };
}
