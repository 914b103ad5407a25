// What a prompt is: a name, arguments in words, and a function that writes its messages. Arguments are
// texts, whatever they mean; they are checked by name before the function runs.

import type { AccessNeeds } from "../auth/access.ts";
import { CarError } from "../base/errors.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import { given } from "../base/given.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { GetPromptResult, WirePrompt } from "../protocol/prompts.ts";
import type { CallContext } from "../rpc/context.ts";
import { type Completion, completionAmong, type CompletionRequest } from "./completion.ts";

/** A prompt that can be listed, written out and completed. */
export interface Prompt {
  readonly wire: WirePrompt;
  /** What its users need, besides what the access rules say; where there is authentication. */
  readonly needs?: AccessNeeds | undefined;
  /** Writes the messages; throws CarError `invalid_argument` for arguments that do not fit. */
  get(args: unknown, context: CallContext): Eventually<GetPromptResult>;
  /** Values of an argument; undefined for one that has none to offer. */
  complete(request: CompletionRequest, context: CallContext): Eventually<Completion | undefined>;
}

/** One argument of a prompt. */
export interface PromptArgument {
  readonly title?: string;
  readonly description: string;
  readonly required?: boolean;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** The values that go on from what was written; default: those of `choices`. */
  readonly complete?: (
    request: CompletionRequest,
    context: CallContext,
  ) => Eventually<Completion>;
}

/** The arguments by name, as the function gets them; blank optional ones count as absent. */
export type PromptValues<Arguments> = {
  readonly [Name in keyof Arguments]: Arguments[Name] extends { readonly required: true } ? string
    : string | undefined;
};

/** What a prompt states about itself. */
export interface PromptSpec<Arguments extends Readonly<Record<string, PromptArgument>>> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly needs?: AccessNeeds;
  /** In the order in which a person fills them in. */
  readonly arguments: Arguments;
  readonly run: (
    values: PromptValues<Arguments>,
    context: CallContext,
  ) => Eventually<GetPromptResult>;
}

/** Makes a prompt from its statement. */
export function definePrompt<const Arguments extends Readonly<Record<string, PromptArgument>>>(
  spec: PromptSpec<Arguments>,
): Prompt {
  const known = new Map<string, PromptArgument>(Object.entries(spec.arguments));
  const { name, title, description } = spec;
  return {
    wire: {
      name,
      title,
      description,
      ...given("arguments", known.size === 0 ? undefined : [...known].map(wireArgument)),
    },
    needs: spec.needs,
    get(args, context) {
      const values = readValues(args, known);
      // Every required name has a value, and no other name is among them.
      return whenReady(spec.run(values as PromptValues<Arguments>, context), (result) => ({
        description,
        ...result,
      }));
    },
    complete(request, context) {
      const argument = known.get(request.argument);
      if (argument?.complete !== undefined) return argument.complete(request, context);
      if (argument?.choices === undefined) return undefined;
      return completionAmong(argument.choices, request.prefix);
    },
  };
}

function wireArgument([name, argument]: readonly [string, PromptArgument]) {
  const { title, description, required = false } = argument;
  return { name, ...given("title", title), description, required };
}

function readValues(
  args: unknown,
  known: ReadonlyMap<string, PromptArgument>,
): Readonly<Record<string, string>> {
  const object = args ?? {};
  if (!isJsonObject(object)) throw refusal('Parameter "arguments" must be an object');
  // A misspelt optional argument must not vanish. Its name is not repeated: it may be of any length.
  const names = [...known.keys()].map((name) => `"${name}"`).join(", ");
  if (Object.keys(object).some((name) => !known.has(name))) {
    throw refusal(`Unknown argument; known: ${names === "" ? "none" : names}`);
  }
  const values = new Map<string, string>();
  for (const [name, argument] of known) {
    const value = readValue(name, argument, object);
    if (value !== undefined) values.set(name, value);
  }
  return Object.fromEntries(values);
}

function readValue(
  name: string,
  { required = false, choices }: PromptArgument,
  object: JsonObject,
): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (value === undefined) {
    if (required) throw refusal(`Argument "${name}": required`);
    return undefined;
  }
  if (typeof value !== "string") throw refusal(`Argument "${name}": expected a string`);
  if (!required && value.trim() === "") return undefined;
  if (choices !== undefined && !choices.includes(value)) {
    throw refusal(`Argument "${name}": expected one of ${choices.join(", ")}`);
  }
  return value;
}

function refusal(message: string): CarError {
  return new CarError("invalid_argument", message);
}
