// The short form in which the fixture tools are written: a name, arguments, and what a call does.

import { z } from "zod";
import type { CallContext } from "../../src/rpc/context.ts";
import { defineTool, type Tool, type ToolAnswer } from "../../src/tools/definition.ts";

/** What a call of a fixture tool does. */
export type Fixture<Input> = (
  input: Input,
  context: CallContext,
) => ToolAnswer | Promise<ToolAnswer>;

/** A tool of that name without arguments. */
export function fixture(name: string, run: Fixture<Record<never, never>>): Tool {
  return fixtureOf(name, z.object({}), run);
}

/** A tool of that name with arguments. */
export function fixtureOf<Input extends z.ZodObject>(
  name: string,
  input: Input,
  run: Fixture<z.output<Input>>,
): Tool {
  const title = name.replaceAll("_", " ");
  return defineTool({ name, title, description: `Fixture: ${title}`, input, run });
}
