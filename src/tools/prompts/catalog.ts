// The list of our own prompts, in the order in which they are listed.

import type { Prompt } from "../prompt.ts";
import { carContext, type CarContextParts } from "./car_context.ts";
import { carRecall, type CarRecallParts } from "./car_recall.ts";
import { carRemember, type CarRememberParts } from "./car_remember.ts";

/** What our own prompts work with. */
export type OwnPromptParts = CarContextParts & CarRecallParts & CarRememberParts;

/** All our own prompts, in order. */
export function ownPrompts(parts: OwnPromptParts): readonly Prompt[] {
  return [carContext(parts), carRemember(parts), carRecall(parts)];
}
