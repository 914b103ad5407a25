// Telling a listener of its tasks (SEP-2663, "Task Status Notifications"): each as it is now, so that
// nothing is missed between the handle and the listening, and again whenever its status changes.

import type { CallContext } from "../rpc/context.ts";
import { isFinal, type Task } from "../tasks/task.ts";
import { detailsOf } from "./_task_shape.ts";
import type { TaskMethodParts } from "./methods/tasks.ts";

/** Tasks to be told of. */
export interface TaskWatchOptions extends TaskMethodParts {
  readonly known: readonly Task[];
  /** Runs once when the last of them has ended. */
  readonly onEnded: () => void;
}

/** The caller's tasks among these ids. */
export function knownTasks(
  ids: readonly string[],
  { tasks }: TaskMethodParts,
  { principal }: CallContext,
): readonly Task[] {
  return ids.flatMap((id) => tasks.get(principal.id, id) ?? []);
}

/** Tells of tasks until the returned function is called; `_meta` goes with each message. */
export function watchTasks(
  { tasks, pollIntervalMs, known, onEnded }: TaskWatchOptions,
  context: CallContext,
  _meta: Readonly<Record<string, unknown>>,
): () => void {
  const open = new Set(known.map(({ id }) => id));
  const tell = (task: Task) => {
    if (!open.has(task.id)) return;
    context.notify("notifications/tasks", { ...detailsOf(task, pollIntervalMs), _meta });
    if (isFinal(task.status)) open.delete(task.id);
    if (open.size === 0) onEnded();
  };
  const stop = tasks.onChange(tell);
  known.forEach(tell);
  return stop;
}
