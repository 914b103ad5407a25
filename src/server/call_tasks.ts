// Calls that go on as tasks (SEP-2663). A client that knows tasks says so with each call; the call then
// becomes one when its tool says that it will take long, or when it has taken long. It is answered with
// the handle, and what the tool comes to later is kept for whoever called.

import { CarError } from "../base/errors.ts";
import type { Deadlines } from "../base/deadlines.ts";
import type { Eventually } from "../base/eventually.ts";
import type { Limits } from "../base/limits.ts";
import type { JsonObject, RpcErrorBody } from "../protocol/json_rpc.ts";
import { keptFormOf } from "../protocol/kept_form.ts";
import { statelessResult } from "../protocol/results.ts";
import type { Revision } from "../protocol/revisions.ts";
import { declaresTasks } from "../protocol/tasks_extension.ts";
import type { CallContext } from "../rpc/context.ts";
import { TaskLink } from "../rpc/task_link.ts";
import type { TaskRun } from "../tasks/task_run.ts";
import type { Tasks } from "../tasks/tasks.ts";
import { handleOf } from "./_task_shape.ts";

/** Is told what became of calls that were to go on. */
export interface CallTasksObserver {
  taskBegun(): void;
  /** There was no room; the call stayed a call. */
  taskRefused(): void;
}

/** What is needed to let calls go on. */
export interface CallTasksOptions {
  readonly tasks: Tasks;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly observer: CallTasksObserver;
  /** What a client is told of what was thrown. */
  readonly errorOf: (thrown: unknown, revision: Revision) => RpcErrorBody;
  readonly onFault: (thrown: unknown) => void;
}

/** Lets calls go on as tasks. */
export class CallTasks {
  readonly #options: CallTasksOptions;

  constructor(options: CallTasksOptions) {
    this.#options = options;
  }

  /** Runs a call: its result, or the handle of the task that it has become. */
  run(
    context: CallContext,
    call: (context: CallContext) => Eventually<unknown>,
  ): Eventually<unknown> {
    const { revision, origin } = context;
    if (!revision.hasTasks || !declaresTasks(origin.capabilities)) return call(context);
    const { deadlines, limits, onFault } = this.#options;
    const begun = Promise.withResolvers<BegunTask>();
    const state: CallState = { task: undefined, isOver: false };
    const begin = () => {
      // What a tool leaves running behind its answer is no call any more.
      if (state.isOver) return undefined;
      state.task = this.#begin(context);
      if (state.task !== undefined) begun.resolve(state.task);
      return state.task?.run;
    };
    const inner = context.through((link) => new TaskLink(link, { origin, begin, onFault }));
    const result = attempt(() => call(inner));
    if (!(result instanceof Promise) && state.task === undefined) {
      state.isOver = true;
      return result;
    }
    const wait = deadlines.add(limits.taskAfterMs, () => this.#goOn(inner));
    const ended = this.#end(result, { state, revision }).finally(() => wait.cancel());
    return Promise.race([begun.promise.then(({ handle }) => handle), ended]);
  }

  #begin({ principal }: CallContext): BegunTask | undefined {
    const { tasks, limits, observer } = this.#options;
    const run = tasks.begin(principal.id);
    if (run === undefined) {
      observer.taskRefused();
      return undefined;
    }
    observer.taskBegun();
    return { run, handle: handleOf(run.task, limits.taskPollMs) };
  }

  #goOn(context: CallContext): void {
    try {
      context.becomeTask();
    } catch (thrown) {
      // The call stays a call.
      this.#options.onFault(thrown);
    }
  }

  /** What the client is answered when the tool is done; a task takes what the tool came to. */
  async #end(result: Eventually<unknown>, { state, revision }: EndOptions): Promise<unknown> {
    const [outcome] = await Promise.allSettled([result]);
    state.isOver = true;
    if (state.task !== undefined) {
      this.#settle(state.task.run, outcome, revision);
      return state.task.handle;
    }
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  #settle(run: TaskRun, outcome: PromiseSettledResult<unknown>, revision: Revision): void {
    try {
      if (outcome.status === "rejected") throw outcome.reason;
      const kept = keptFormOf(outcome.value);
      run.complete(JSON.stringify(statelessResult(kept, revision)));
    } catch (thrown) {
      run.fail(JSON.stringify(this.#options.errorOf(tellable(thrown), revision)));
    }
  }
}

interface BegunTask {
  readonly run: TaskRun;
  /** As it began, whatever has happened since. */
  readonly handle: JsonObject;
}

/** How far a call is that may go on. */
interface CallState {
  task: BegunTask | undefined;
  /** The tool has answered. */
  isOver: boolean;
}

interface EndOptions {
  readonly state: CallState;
  readonly revision: Revision;
}

// A tool may throw at once, and have become a task before.
function attempt(call: () => Eventually<unknown>): Eventually<unknown> {
  try {
    return call();
  } catch (thrown) {
    return Promise.reject(thrown);
  }
}

// Pages to be opened first are a matter of the call: there is no call to be made again.
function tellable(thrown: unknown): unknown {
  if (!(thrown instanceof CarError) || thrown.code !== "elicitation_required") return thrown;
  return new CarError("conflict", thrown.message, { cause: thrown });
}
