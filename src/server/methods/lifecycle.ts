// `initialize`, `ping` and `notifications/initialized` (2025-11-25, "Lifecycle" and "Ping").

import { invariant } from "../../base/errors.ts";
import { serverInfo } from "../../protocol/results.ts";
import type { CallContext } from "../../rpc/context.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import { capabilitiesFor } from "../capabilities.ts";
import { INSTRUCTIONS } from "../instructions.ts";

/** Answers `initialize` with what the handshake settled; the transport has read the parameters. */
export const initialize: MethodHandler = (_params, context: CallContext) => {
  const handshake = context.origin.handshake;
  invariant(handshake !== undefined, "initialize runs with the handshake that the transport read");
  return {
    protocolVersion: handshake.revision.name,
    capabilities: capabilitiesFor(handshake.revision),
    serverInfo: serverInfo(handshake.revision),
    instructions: INSTRUCTIONS,
  };
};

/** Answers `ping`. */
export const ping: MethodHandler = () => ({});
