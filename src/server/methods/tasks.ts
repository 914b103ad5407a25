// `tasks/get`, `tasks/update` and `tasks/cancel` (SEP-2663): what the holder of a handle does with it. A
// task of somebody else, one whose time is over and one that never was are answered alike.

import { CarError } from "../../base/errors.ts";
import { isJsonObject, type JsonObject } from "../../protocol/json_rpc.ts";
import {
  declaresTasks,
  TASKS_CAPABILITY,
  TASKS_EXTENSION,
} from "../../protocol/tasks_extension.ts";
import type { CallContext } from "../../rpc/context.ts";
import type { MethodHandler } from "../../rpc/dispatcher.ts";
import type { Tasks } from "../../tasks/tasks.ts";
import { detailsOf } from "../_task_shape.ts";

/** What the methods of tasks work with. */
export interface TaskMethodParts {
  readonly tasks: Tasks;
  /** How often a client is told to look. */
  readonly pollIntervalMs: number;
}

/** Answers `tasks/get`: all there is to know of a task. */
export function getTask({ tasks, pollIntervalMs }: TaskMethodParts): MethodHandler {
  return (params, context) => {
    const id = readTaskId(params, context);
    const task = tasks.get(context.principal.id, id);
    if (task === undefined) throw unknownTask();
    return detailsOf(task, pollIntervalMs);
  };
}

/** Answers `tasks/update`, which brings answers to what a task asks. */
export function updateTask({ tasks }: TaskMethodParts): MethodHandler {
  return async (params, context) => {
    const id = readTaskId(params, context);
    const answers = params?.inputResponses;
    if (!isJsonObject(answers)) {
      throw new CarError("invalid_argument", 'Parameter "inputResponses" must be an object');
    }
    if (!await tasks.answer(context.principal.id, id, answers)) throw unknownTask();
    return {};
  };
}

/** Answers `tasks/cancel`; a task that has ended stays as it is. */
export function cancelTask({ tasks }: TaskMethodParts): MethodHandler {
  return (params, context) => {
    const id = readTaskId(params, context);
    if (!tasks.cancel(context.principal.id, id)) throw unknownTask();
    return {};
  };
}

/** Throws CarError `capability_missing` unless the client declared that it knows tasks. */
export function assertKnowsTasks({ origin }: CallContext): void {
  if (declaresTasks(origin.capabilities)) return;
  const message = `The client did not declare ${TASKS_EXTENSION}`;
  const data = { requiredCapabilities: TASKS_CAPABILITY };
  throw new CarError("capability_missing", message, { data });
}

function readTaskId(params: JsonObject | undefined, context: CallContext): string {
  assertKnowsTasks(context);
  const id = params?.taskId;
  if (typeof id === "string") return id;
  throw new CarError("invalid_argument", 'Parameter "taskId" must be a string');
}

function unknownTask(): CarError {
  return new CarError("not_found", "Unknown task");
}
