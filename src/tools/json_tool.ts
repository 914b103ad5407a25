// A tool whose schemas are JSON Schema already: one that was mounted, or brought by a client. Its
// definition goes to the wire as it is.

import type { AccessNeeds } from "../auth/access.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { WireTool } from "../protocol/tools.ts";
import type { CallContext } from "../rpc/context.ts";
import type { Tool, ToolAnswer } from "./definition.ts";
import { createSchemaCheck } from "./_schema_check.ts";

/** What such a tool states about itself. */
export interface JsonToolSpec {
  /** As `tools/list` shows it; later revisions' members are left out for older clients. */
  readonly wire: WireTool;
  readonly needs?: AccessNeeds;
  /**
   * Runs with the arguments as received. They were checked, but not for everything that the schema
   * may say; see `createSchemaCheck()`.
   */
  readonly run: (args: JsonObject, context: CallContext) => ToolAnswer | Promise<ToolAnswer>;
}

/** Makes a tool from its statement; the schema is looked at when the first call comes. */
export function defineJsonTool({ wire, needs, run }: JsonToolSpec): Tool {
  let faultIn: ReturnType<typeof createSchemaCheck> | undefined;
  return {
    wire,
    needs,
    check(args) {
      faultIn ??= createSchemaCheck(wire.inputSchema);
      const complaint = faultIn(args);
      return complaint === undefined ? { ok: true, input: args } : { ok: false, complaint };
    },
    // The pipeline reads arguments as an object and runs a tool only with what its own check returned.
    run: (checked, context) => run(checked as JsonObject, context),
  };
}
