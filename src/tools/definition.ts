// What a tool is: a name, two schemas, four hints and a function. Input and output are zod schemas;
// the JSON Schema for the wire is made from them once, when the tool is defined. `json_tool.ts` makes
// tools whose schemas are JSON Schema already.

import { z } from "zod";
import type { AccessNeeds } from "../auth/access.ts";
import { invariant } from "../base/errors.ts";
import type { ContentBlock } from "../protocol/content.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import { readMirroredArguments } from "../protocol/mirrored_arguments.ts";
import type { CallToolResult, ToolAnnotations, WireTool } from "../protocol/tools.ts";
import type { CallContext } from "../rpc/context.ts";
import { complaintOf, complaintOfSize } from "./_complaint.ts";

/** What a tool answers. */
export type ToolAnswer = BuiltAnswer | PassedAnswer;

/** An answer of our own; without `text` and `content` a client reads `structured` as JSON. */
export interface BuiltAnswer {
  /** The answer as JSON; clients before 2026-07-28 see it only if it is an object. */
  readonly structured?: unknown;
  /** `structured` as files may have it, where the answer itself must leave nothing behind. */
  readonly kept?: unknown;
  readonly text?: string;
  /** In place of `text`, where the answer is more than a text. */
  readonly content?: readonly ContentBlock[];
  /** The tool could not do what it was asked to; the rest says why. */
  readonly isError?: boolean;
  readonly _meta?: JsonObject;
}

/** A result that another server has written; it is passed on as it is. */
export interface PassedAnswer {
  readonly passed: CallToolResult;
}

/** A tool that the pipeline can list, check and run. */
export interface Tool {
  readonly wire: WireTool;
  /** Other names that stand for the tool in rules; a call by one of them may reach another tool. */
  readonly aliases?: readonly string[];
  /** What calls are counted as, where the listed name is not the server's to choose. */
  readonly countedAs?: string;
  /** What its callers need, besides what the access rules say; where there is authentication. */
  readonly needs?: AccessNeeds | undefined;
  /** Checks arguments; the parsed input or the complaint that names the field. */
  check(args: unknown): InputCheck;
  /** Runs with checked input; throws CarError for a refusal. */
  run(input: unknown, context: CallContext): ToolAnswer | Promise<ToolAnswer>;
}

/** The outcome of checking arguments. */
export type InputCheck =
  | { readonly ok: true; readonly input: unknown }
  | { readonly ok: false; readonly complaint: string };

/** What a tool with an output schema states about itself. */
export interface ToolSpec<Input extends z.ZodObject, Output extends z.ZodObject>
  extends InputSpec<Input> {
  readonly output: Output;
  readonly run: (
    input: z.output<Input>,
    context: CallContext,
  ) => TypedAnswer<z.output<Output>> | Promise<TypedAnswer<z.output<Output>>>;
}

/** What a tool that answers whatever it likes states about itself. */
export interface UntypedToolSpec<Input extends z.ZodObject> extends InputSpec<Input> {
  readonly output?: undefined;
  readonly run: (
    input: z.output<Input>,
    context: CallContext,
  ) => ToolAnswer | Promise<ToolAnswer>;
}

interface InputSpec<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly readOnly?: boolean;
  readonly destructive?: boolean;
  readonly idempotent?: boolean;
  readonly openWorld?: boolean;
  readonly needs?: AccessNeeds;
  /** A complaint about the arguments as received, before defaults are filled in; for bounds. */
  readonly precheck?: (args: JsonObject) => string | undefined;
}

/** What fits the output schema, or an error, which need not. */
type TypedAnswer<Structured> =
  | (BuiltAnswer & { readonly structured: Structured; readonly isError?: false })
  | (BuiltAnswer & { readonly isError: true });

/** Makes a tool from its statement. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: ToolSpec<Input, Output>,
): Tool;
/** Makes a tool that answers whatever it likes. */
export function defineTool<Input extends z.ZodObject>(spec: UntypedToolSpec<Input>): Tool;
export function defineTool<Input extends z.ZodObject>(
  spec: ToolSpec<Input, z.ZodObject> | UntypedToolSpec<Input>,
): Tool {
  // A misspelt optional argument must not vanish, so unknown members are refused by name.
  const input = spec.input.strict();
  const annotations: ToolAnnotations = {
    title: spec.title,
    readOnlyHint: spec.readOnly ?? false,
    destructiveHint: spec.destructive ?? false,
    idempotentHint: spec.idempotent ?? false,
    openWorldHint: spec.openWorld ?? false,
  };
  const inputSchema = wireSchema(input, "input");
  const mirrored = readMirroredArguments(inputSchema);
  invariant(mirrored.ok, mirrored.ok ? "" : `tool "${spec.name}": ${mirrored.complaint}`);
  return {
    wire: {
      name: spec.name,
      title: spec.title,
      description: spec.description,
      inputSchema,
      ...(spec.output !== undefined && { outputSchema: wireSchema(spec.output, "output") }),
      annotations,
    },
    needs: spec.needs,
    check(args) {
      const early = complaintOfSize(args) ??
        (isJsonObject(args) ? spec.precheck?.(args) : undefined);
      if (early !== undefined) return { ok: false, complaint: early };
      const parsed = input.safeParse(args);
      if (parsed.success) return { ok: true, input: parsed.data };
      // Only a complaint needs to know what was given.
      const { error } = input.safeParse(args, { reportInput: true });
      return { ok: false, complaint: complaintOf(error?.issues ?? []) };
    },
    // The pipeline runs a tool only with what its own check returned.
    run: (checked, context) => spec.run(checked as z.output<Input>, context),
  };
}

/** JSON Schema 2020-12 without the dialect's name, which is the default of the protocol. */
function wireSchema(schema: z.ZodObject, io: "input" | "output"): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
