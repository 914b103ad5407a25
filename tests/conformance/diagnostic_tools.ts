// The fixture tools by which the suite looks behind the wire: one that needs what the client may not
// have declared, one that asks, one that logs, and those that change a list while somebody listens.

import type { Change } from "../../src/rpc/changes.ts";
import type { Tool } from "../../src/tools/definition.ts";
import type { ToolSource } from "../../src/tools/source.ts";
import { type ChangingTools, changingTools } from "../helpers/changing_tools.ts";
import { fixture } from "./_fixture_tool.ts";
import { form } from "./round_tools.ts";
import { samplingParams } from "./talking_tools.ts";

/** The tools, and the source of the one that comes and goes. */
export interface Diagnostics {
  readonly tools: readonly Tool[];
  readonly source: ToolSource;
}

/** Makes them; `publish` tells who listens of a change. */
export function diagnosticTools(publish: (change: Change) => void): Diagnostics {
  const source = changingTools();
  const tools = [
    fixture("test_missing_capability", async (_input, context) => {
      await context.ask({ kind: "sampling", params: samplingParams("Anything", 10) });
      return { text: "Sampled" };
    }),
    fixture("test_streaming_elicitation", async (_input, context) => {
      context.progress({ progress: 1 });
      await context.ask(form("Go on?", "answer"));
      return { text: "Went on" };
    }),
    fixture("test_logging_tool", (_input, context) => {
      for (const level of ["debug", "info", "error"] as const) context.log(level, `One ${level}`);
      return { text: "Logged" };
    }),
    fixture("test_trigger_tool_change", () => {
      toggle(source);
      return { text: "The list of tools is another one" };
    }),
    fixture("test_trigger_prompt_change", () => {
      publish({ kind: "prompts" });
      return { text: "Whoever listens was told to read the prompts again" };
    }),
  ];
  return { tools, source };
}

function toggle(source: ChangingTools): void {
  const isThere = source.list().length > 0;
  source.set(isThere ? [] : [fixture("test_comes_and_goes", () => ({ text: "Here" }))]);
}
