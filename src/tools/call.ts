// The way of every call of a tool: find, policy, validate, run, render, count. An unknown name is an error of
// the protocol; bad arguments and refusals are results with `isError`, so that a model can read what
// was wrong and try again (2025-11-25, "Error Handling").

import type { Clock } from "../base/clock.ts";
import { CarError, type CarErrorCode, messageOf } from "../base/errors.ts";
import { type Eventually, whenReady } from "../base/eventually.ts";
import type { Shares } from "../base/shares.ts";
import type { CallOutcome } from "../observe/metrics.ts";
import { contentForRevision } from "../protocol/content.ts";
import { keptAs } from "../protocol/kept_form.ts";
import { isJsonObject, type JsonObject } from "../protocol/json_rpc.ts";
import type { CallToolResult } from "../protocol/tools.ts";
import type { Revision } from "../protocol/revisions.ts";
import type { CallContext } from "../rpc/context.ts";
import { type Admission, entranceOfTool } from "./admission.ts";
import type { BuiltAnswer, Tool, ToolAnswer } from "./definition.ts";
import type { PolicyGate } from "./policy_gate.ts";
import type { ToolRegistry } from "./registry.ts";
import { CALL_TOOL_NAME, type ToolCall } from "./tool_search.ts";

/** Is told of every call of a known tool. */
export interface CallObserver {
  called(tool: string, outcome: CallOutcome, seconds: number): void;
  /** A stateless call ended by asking; it is one call with the round that answers. */
  asked(): void;
  /** A tool refused for a limit of what the memory keeps. */
  limitMet(limit: string): void;
  /** A fault of ours inside a tool. */
  faulted(tool: string, thrown: unknown): void;
}

/** What the pipeline is composed of. */
export interface CallPipelineOptions {
  readonly registry: ToolRegistry;
  readonly admission: Admission;
  readonly gate: PolicyGate;
  readonly observer: CallObserver;
  readonly clock: Clock;
  /** How many calls one principal may have running; undefined: as many as it can. */
  readonly shares: Shares | undefined;
}

/** Runs the calls of tools. */
export class CallPipeline {
  readonly #options: CallPipelineOptions;

  constructor(options: CallPipelineOptions) {
    this.#options = options;
  }

  /**
   * Answers `tools/call`, at once if the tool does; throws CarError `invalid_argument` for what is no
   * call of a tool that the caller knows, `permission_missing`.
   */
  call(params: JsonObject | undefined, outer: CallContext): Eventually<CallToolResult> {
    const { tool, args, name, context } = this.#readCall(params, outer);
    const { clock, observer, shares } = this.#options;
    const { id } = context.principal;
    const startedMs = clock.monotonicMs();
    if (shares?.take(id) === false) {
      observer.called(countedName(tool), "refused", 0);
      return refusal(`Too many calls at once: at most ${shares.most}; wait for one of them to end`);
    }
    return whenReady(this.#admit({ tool, args, name }, context), ({ result, outcome, thrown }) => {
      shares?.release(id);
      if (outcome === "asked") observer.asked();
      else observer.called(countedName(tool), outcome, (clock.monotonicMs() - startedMs) / 1000);
      if (thrown !== undefined) throw thrown;
      return result;
    });
  }

  #readCall(params: JsonObject | undefined, outer: CallContext): AdmittedCall {
    const name = params?.name;
    if (typeof name !== "string") {
      throw new CarError("invalid_argument", 'Parameter "name" must be the name of a tool');
    }
    const { tool, context } = this.#find(name, outer);
    const args = params?.arguments ?? {};
    if (!isJsonObject(args)) {
      throw new CarError("invalid_argument", 'Parameter "arguments" must be an object');
    }
    return tool.wire.name === CALL_TOOL_NAME
      ? this.#targetOf({ tool, args, name, context }, outer)
      : { tool, args, name, context };
  }

  #find(name: string, context: CallContext): Pick<AdmittedCall, "tool" | "context"> {
    const tool = this.#options.registry.find(name, context.origin);
    if (tool === undefined) throw unknownTool();
    const admitted = this.#options.admission.admit(entranceOfTool(tool), context, unknownTool);
    return { tool, context: admitted };
  }

  /** A call by way of `tool_call` is a call of its target, of a tool that is not `tool_call` again. */
  #targetOf(call: AdmittedCall, outer: CallContext): AdmittedCall {
    const check = call.tool.check(call.args);
    // What does not fit is refused where every call is.
    if (!check.ok) return call;
    // The check of that tool gives what its schema says.
    const { name, arguments: args = {} } = check.input as ToolCall;
    const target = this.#options.registry.find(name, outer.origin);
    if (target === undefined || target === call.tool) return call;
    return { ...this.#find(name, outer), args, name };
  }

  #admit(call: ReadCall, context: CallContext): Eventually<Ending> {
    const { tool, args, name } = call;
    const next = (refused: string | undefined): Eventually<Ending> =>
      refused === undefined
        ? this.#run(tool, args, context)
        : { result: refusal(refused), outcome: "denied" };
    try {
      const gated = { tool: tool.wire.name, aliases: tool.aliases, calledName: name, args };
      const refused = this.#options.gate.admit(gated, context);
      if (!(refused instanceof Promise)) return next(refused);
      return refused.then(next).catch((thrown) => this.#fail(tool, thrown, context));
    } catch (thrown) {
      return this.#fail(tool, thrown, context);
    }
  }

  #run(tool: Tool, args: JsonObject, context: CallContext): Eventually<Ending> {
    try {
      const check = tool.check(args);
      if (!check.ok) return { result: refusal(check.complaint), outcome: "refused" };
      const answer = tool.run(check.input, context);
      if (!(answer instanceof Promise)) return success(answer, context);
      return answer.then((ready) => success(ready, context))
        .catch((thrown) => this.#fail(tool, thrown, context));
    } catch (thrown) {
      return this.#fail(tool, thrown, context);
    }
  }

  #fail(tool: Tool, thrown: unknown, { revision }: CallContext): Ending {
    if (thrown instanceof CarError && isForClient(thrown.code, revision)) {
      const outcome = thrown.code === "suspended" ? "asked" : "refused";
      return { result: refusal(thrown.message), outcome, thrown };
    }
    const told = thrown instanceof CarError ? TOLD.get(thrown.code) : undefined;
    const isOurs = told !== "refusal";
    if (thrown instanceof CarError) this.#countLimit(thrown);
    if (isOurs) this.#options.observer.faulted(countedName(tool), thrown);
    return {
      result: refusal(told !== undefined ? messageOf(thrown) : "The tool failed"),
      outcome: isOurs ? "fault" : "tool_error",
    };
  }

  #countLimit({ code, data: { limit } }: CarError): void {
    if (code === "limit_reached" && typeof limit === "string") {
      this.#options.observer.limitMet(limit);
    }
  }
}

function countedName({ wire, countedAs = wire.name }: Tool): string {
  return countedAs;
}

/** Whether a fault is for the client to act on and not for its model. */
function isForClient(code: CarErrorCode, revision: Revision): boolean {
  return code === "elicitation_required" || code === "suspended" ||
    (code === "capability_missing" && revision.hasCapabilityErrors);
}

/** A call of a tool that exists. */
interface ReadCall {
  readonly tool: Tool;
  readonly args: JsonObject;
  /** The name it was called by. */
  readonly name: string;
}

/** A call of a tool that its caller may use. */
interface AdmittedCall extends ReadCall {
  readonly context: CallContext;
}

/** The same for what is not there and for what is not to be seen. */
function unknownTool(): CarError {
  return new CarError("invalid_argument", "Unknown tool");
}

/** How a call ended. */
interface Ending {
  readonly result: CallToolResult;
  readonly outcome: CallOutcome | "asked";
  /** An error of the protocol that the client acts on, in place of the result. */
  readonly thrown?: CarError;
}

// What the caller is told in words. A refusal it can do something about; a fault of the storage it
// must know of, and so must whoever runs the server. Anything else stays inside.
const TOLD: ReadonlyMap<CarErrorCode, "refusal" | "fault"> = new Map([
  ["invalid_argument", "refusal"],
  ["not_found", "refusal"],
  ["conflict", "refusal"],
  ["limit_reached", "refusal"],
  ["unsupported", "refusal"],
  ["capability_missing", "refusal"],
  ["denied", "refusal"],
  ["cancelled", "refusal"],
  ["deadline_exceeded", "refusal"],
  ["closed", "refusal"],
  ["storage_failed", "fault"],
  ["storage_damaged", "fault"],
]);

function success(answer: ToolAnswer, { revision }: CallContext): Ending {
  const result = "passed" in answer ? passOn(answer.passed, revision) : render(answer, revision);
  return { result, outcome: result.isError === true ? "tool_error" : "ok" };
}

function passOn(passed: CallToolResult, revision: Revision): CallToolResult {
  const { structuredContent, ...rest } = passed;
  const content = contentForRevision(passed.content, revision);
  return showsStructured(structuredContent, revision)
    ? { ...passed, content }
    : { ...rest, content };
}

function render(answer: BuiltAnswer, revision: Revision): CallToolResult {
  const { structured, isError, _meta } = answer;
  // Filled member by member: on the way of every call, to spread what may be there costs too much.
  const result: { -readonly [Member in keyof CallToolResult]: CallToolResult[Member] } = {
    content: contentOf(answer, revision),
  };
  if (showsStructured(structured, revision)) result.structuredContent = structured;
  if (isError === true) result.isError = isError;
  if (_meta !== undefined) result._meta = _meta;
  if (answer.kept === undefined) return result;
  const { kept, ...others } = answer;
  return keptAs(result, render({ ...others, structured: kept }, revision));
}

function contentOf({ structured, text, content }: BuiltAnswer, revision: Revision) {
  if (content !== undefined) return contentForRevision(content, revision);
  if (text !== undefined) return [{ type: "text" as const, text }];
  return structured === undefined
    ? []
    : [{ type: "text" as const, text: JSON.stringify(structured) }];
}

function showsStructured(structured: unknown, revision: Revision): boolean {
  if (structured === undefined || !revision.hasStructuredContent) return false;
  return revision.hasAnyStructuredContent || isJsonObject(structured);
}

function refusal(complaint: string): CallToolResult {
  return { content: [{ type: "text", text: complaint }], isError: true };
}
