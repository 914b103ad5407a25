// The form of our own prompts: one message of the user, in words.

import type { GetPromptResult } from "../../protocol/prompts.ts";

/** A prompt of one message. */
export function userMessage(text: string): GetPromptResult {
  return { messages: [{ role: "user", content: { type: "text", text } }] };
}
