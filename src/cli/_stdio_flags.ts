// The flags of `stdio` where they are written as they should be. Anything else (help, a flag that does
// not exist, a missing value) is for `_stdio_command.ts`, which has words for it.

import { parseArgs } from "node:util";
import { given } from "../base/given.ts";
import type { StdioFlags } from "./stdio.ts";

const OPTIONS = {
  home: { type: "string" },
  "no-start": { type: "boolean", default: false },
  embedded: { type: "boolean" },
  url: { type: "string" },
  "token-env": { type: "string" },
  namespace: { type: "string" },
} as const;

/** Reads a plain command line of `stdio`; undefined for any other. */
export function plainStdioFlags(args: readonly string[]): StdioFlags | undefined {
  if (args[0] !== "stdio") return undefined;
  try {
    const { values } = parseArgs({ args: args.slice(1), options: OPTIONS });
    const { "no-start": noStart, "token-env": tokenEnv, ...same } = values;
    return { ...same, start: !noStart, ...given("tokenEnv", tokenEnv) };
  } catch {
    // It says what is wrong in words of its own, which nobody should meet for one command only.
    return undefined;
  }
}
