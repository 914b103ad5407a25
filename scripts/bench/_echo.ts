// The tool that returns at once, as both kinds of server offer it: what it takes, what it answers, and
// the call that is measured.

import { z } from "zod";
import type { ToolCall } from "./_requests.ts";

/** Its name and its purpose. */
export const ECHO_NAME = "echo";
/** What a model is told about it. */
export const ECHO_DESCRIPTION = "Returns its text";

/** What it takes. */
export const ECHO_INPUT = z.object({ text: z.string() });
/** What it answers. */
export const ECHO_OUTPUT = z.object({ text: z.string() });

/** The call that is measured. */
export const ECHO_CALL: ToolCall = { name: ECHO_NAME, arguments: { text: "Hello, is it me?" } };
