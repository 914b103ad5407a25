// `initialize`, `ping` and `notifications/initialized` (2025-11-25, "Lifecycle" and "Ping").

import { invariant } from "../../base/errors.ts";
import { serverInfo } from "../../protocol/results.ts";
import type { CallContext } from "../../rpc/context.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import { capabilitiesFor, type ReadLentNames } from "../capabilities.ts";
import { INSTRUCTIONS } from "../instructions.ts";

/**
 * Answers `initialize` with what the handshake settled; the transport has read the parameters. Where
 * clients may lend tools, the answer says which ones were taken, and under which names.
 */
export function initialize(lentNames: ReadLentNames | undefined): MethodHandler {
  return (_params, context: CallContext) => {
    const handshake = context.origin.handshake;
    invariant(
      handshake !== undefined,
      "initialize runs with the handshake that the transport read",
    );
    return {
      protocolVersion: handshake.revision.name,
      capabilities: capabilitiesFor(handshake.revision, lentNames?.(context)),
      serverInfo: serverInfo(handshake.revision),
      instructions: INSTRUCTIONS,
    };
  };
}

/** Answers `ping`. */
export const ping: MethodHandler = () => ({});
