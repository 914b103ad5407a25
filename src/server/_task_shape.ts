// Tasks as the client sees them (SEP-2663): flat, with what belongs to the status and nothing else.

import { given } from "../base/given.ts";
import { INTERNAL_ERROR } from "../protocol/error_codes.ts";
import type { JsonObject } from "../protocol/json_rpc.ts";
import type { Task, TaskFailure } from "../tasks/task.ts";

/** The handle of a task, in place of the result of its call. */
export function handleOf(task: Task, pollIntervalMs: number): JsonObject {
  return { resultType: "task", ...membersOf(task, pollIntervalMs) };
}

/** All that is to be known of a task: its members and what it asks or came to. */
export function detailsOf(task: Task, pollIntervalMs: number): JsonObject {
  return { ...membersOf(task, pollIntervalMs), ...contentOf(task) };
}

function membersOf(task: Task, pollIntervalMs: number): JsonObject {
  return {
    taskId: task.id,
    status: task.status,
    ...given("statusMessage", task.message),
    createdAt: new Date(task.createdMs).toISOString(),
    lastUpdatedAt: new Date(task.updatedMs).toISOString(),
    ttlMs: task.expiresMs - task.createdMs,
    pollIntervalMs,
  };
}

function contentOf({ status, failure = "error", content }: Task): JsonObject {
  const value = content === undefined ? undefined : JSON.parse(content);
  switch (status) {
    case "input_required":
      return { inputRequests: value ?? {} };
    case "completed":
      return { result: value };
    case "failed":
      return { error: value ?? { code: INTERNAL_ERROR, message: MESSAGES[failure] } };
    default:
      return {};
  }
}

const MESSAGES: Readonly<Record<TaskFailure, string>> = {
  error: "Internal error",
  interrupted: "The server was stopped while the task ran",
  timed_out: "The task took longer than a task may",
  too_large: "The result of the task is longer than is kept",
  erased: "What the task held was to be forgotten",
};
