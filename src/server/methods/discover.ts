// `server/discover` (2026-07-28, "Discovery"): what the stateless revisions have in place of a
// handshake. Nothing is settled by it; a client may skip it.

import { MODERN_REVISION_NAMES } from "../../protocol/revisions.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import { capabilitiesFor } from "../capabilities.ts";
import { INSTRUCTIONS } from "../instructions.ts";

/**
 * Answers `server/discover`. The versions are the stateless ones alone: a client that found another
 * here would put it into `_meta`, where it means nothing.
 */
export const discover: MethodHandler = (_params, { revision }) => ({
  supportedVersions: MODERN_REVISION_NAMES,
  capabilities: capabilitiesFor(revision),
  instructions: INSTRUCTIONS,
});
