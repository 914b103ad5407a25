// What the work of a task has of its task: it is told to stop, it asks, it says how far it is, and it
// ends.

import type { Task } from "./task.ts";

/** A question to whoever holds the handle. */
export interface TaskQuestion {
  /** As it is shown; JSON. */
  readonly shown: unknown;
  /**
   * What an answer means that was given under that key; throws or rejects for one that is unusable, and
   * the question stays open.
   */
  read(answer: unknown, key: string): unknown;
}

/** A task, for those who do its work. After its end every method does nothing. */
export interface TaskRun {
  /** As it is now. */
  readonly task: Task;
  /** Aborts when the task ends before its work does. */
  readonly signal: AbortSignal;
  /**
   * Puts questions; the answers come in their order, once all are there. Rejects with CarError:
   * `cancelled` when the task ends, `limit_reached` for questions that are too long, `storage_failed`.
   */
  ask(questions: readonly TaskQuestion[]): Promise<readonly unknown[]>;
  /** Says how far the work is; cut to a thousand characters. */
  say(message: string): void;
  /** Ends the task with its result, a JSON text. */
  complete(result: string): void;
  /** Ends the task with what went wrong, a JSON text. */
  fail(error: string): void;
}
