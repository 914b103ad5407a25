// A tool whose calls take as long as a test wants.

import { z } from "zod";
import { defineTool, type Tool } from "../../src/tools/definition.ts";

/** The tool `gate` and the way to let its calls end. */
export interface Gate {
  readonly tool: Tool;
  /** Comes when a call of the tool runs. */
  readonly entered: Promise<void>;
  open(): void;
}

/** A tool that answers when it is told to. */
export function gateTool(): Gate {
  const entered = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const tool = defineTool({
    name: "gate",
    title: "Gate",
    description: "Waits",
    input: z.object({}),
    output: z.object({ passed: z.boolean() }),
    async run() {
      entered.resolve();
      await opened.promise;
      return { structured: { passed: true } };
    },
  });
  return { tool, entered: entered.promise, open: () => opened.resolve() };
}
