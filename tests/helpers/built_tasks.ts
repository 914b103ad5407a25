// The engine of tasks on a store in a map, with a clock that stands still, and the pieces its tests share.

import assert from "node:assert/strict";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import type { TaskStore } from "../../src/tasks/store.ts";
import type { TaskStatus } from "../../src/tasks/task.ts";
import type { TaskQuestion, TaskRun } from "../../src/tasks/task_run.ts";
import { Tasks } from "../../src/tasks/tasks.ts";
import { FakeClock } from "./fake_clock.ts";
import { createNaiveTasks, naiveTaskPlace } from "./naive_tasks.ts";

/** What a test has of it. */
export interface BuiltTasks {
  readonly tasks: Tasks;
  readonly store: TaskStore;
  readonly clock: FakeClock;
  readonly faults: readonly unknown[];
}

/** Options of `buildTasks`. */
export interface BuildTasksOptions {
  readonly limits?: Partial<Limits>;
  readonly store?: TaskStore;
}

/** Builds the engine. */
export function buildTasks({ limits, store }: BuildTasksOptions = {}): BuiltTasks {
  const clock = new FakeClock();
  const faults: unknown[] = [];
  const used = store ?? createNaiveTasks(naiveTaskPlace());
  const tasks = new Tasks({
    store: used,
    clock,
    limits: limitsWith(limits),
    onFault: (thrown) => void faults.push(thrown),
  });
  return { tasks, store: used, clock, faults };
}

/** Begins a task for which there is room. */
export function beginTask(tasks: Tasks, principalId = "ann"): TaskRun {
  const run = tasks.begin(principalId);
  assert.ok(run);
  return run;
}

/** A question that takes any answer. */
export function plainQuestion(shown: unknown): TaskQuestion {
  return { shown, read: (answer) => answer };
}

/** The status that the principal of a task is told. */
export function statusOf(tasks: Tasks, { task }: TaskRun): TaskStatus | undefined {
  return tasks.get(task.principalId, task.id)?.status;
}
