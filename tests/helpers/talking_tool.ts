// A tool that does what a test tells it while its call runs.

import { z } from "zod";
import type { CallContext } from "../../src/rpc/context.ts";
import { defineTool, type Tool } from "../../src/tools/definition.ts";

/** What a call of the tool does; its answer is `{said}`. */
export type Talk = (context: CallContext) => unknown;

/** A tool of that name that does this. */
export function talkingTool(name: string, talk: Talk): Tool {
  return defineTool({
    name,
    title: name,
    description: "Does what a test wants",
    input: z.object({}),
    output: z.object({ said: z.unknown() }),
    run(_input, context) {
      const said = talk(context);
      if (!(said instanceof Promise)) return { structured: { said } };
      return said.then((settled) => ({ structured: { said: settled } }));
    },
  });
}
