// The tasks of an app: work that goes on after its caller was given a handle. A task is kept before
// anybody hears of it, and it ends once. A task of somebody else is as unknown as one that never was.

import { Buffer } from "node:buffer";
import type { Clock } from "../base/clock.ts";
import { type ErasedText, prepareErasedTexts } from "../base/erased_texts.ts";
import { CarError } from "../base/errors.ts";
import { createSecretId } from "../base/ids.ts";
import type { Limits } from "../base/limits.ts";
import { RunningTask } from "./_running_task.ts";
import { SweepTimer } from "./_sweep_timer.ts";
import type { TaskStore } from "./store.ts";
import { isFinal, type Task, type TaskFailure } from "./task.ts";
import type { TaskQuestion, TaskRun } from "./task_run.ts";

/** What tasks are composed of. */
export interface TasksOptions {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Is told of faults that nobody waits for. */
  readonly onFault: (thrown: unknown) => void;
}

/** Is told of a task whenever its status changes. */
export type TaskListener = (task: Task) => void;

const MESSAGE_CHARS_MAX = 1_000;
/** Runs and knows tasks; `close()` ends those that run. */
export class Tasks {
  readonly #options: TasksOptions;
  readonly #running = new Map<string, RunningTask>();
  readonly #listeners = new Set<TaskListener>();
  readonly #timer: SweepTimer;
  #isClosed = false;

  /** Ends what a process that is gone has left behind; throws CarError `storage_failed`. */
  constructor(options: TasksOptions) {
    this.#options = options;
    this.#timer = new SweepTimer(options.clock, () => this.#sweep());
    options.store.endAbandoned(options.clock.now());
    this.#sweep();
  }

  /** Tasks whose work goes on in this process. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * Begins a task, which is kept when this returns; undefined where there is no room for one. Throws
   * CarError `storage_failed`.
   */
  begin(principalId: string): TaskRun | undefined {
    if (this.#isClosed) return undefined;
    this.#sweep();
    if (!this.#hasRoom(principalId)) return undefined;
    const { store, clock, limits } = this.#options;
    const now = clock.now();
    const running = new RunningTask({
      id: createSecretId(),
      principalId,
      status: "working",
      createdMs: now,
      updatedMs: now,
      expiresMs: now + limits.taskKeptMs,
    });
    store.save(running.task);
    this.#running.set(running.task.id, running);
    this.#timer.set(this.#nextDueMs());
    return this.#runOf(running);
  }

  /** A task of a principal; throws CarError `storage_failed`. */
  get(principalId: string, id: string): Task | undefined {
    const { store, clock, limits } = this.#options;
    const running = this.#running.get(id);
    const task = running?.task ?? store.get(id);
    if (task === undefined || task.principalId !== principalId) return undefined;
    const now = clock.now();
    if (task.expiresMs <= now) return undefined;
    if (running !== undefined || isFinal(task.status)) return task;
    // Another process runs it, or is gone without anybody having been able to tell.
    const isLost = task.createdMs + limits.taskMs <= now;
    const { content: _content, ...rest } = task;
    return isLost ? { ...rest, status: "failed", failure: "interrupted" } : task;
  }

  /**
   * Answers open questions of a task by their keys; answers to other keys are ignored. False for a task
   * that is not known. Rejects with what a question throws at its answer, `conflict` for a task that
   * another process runs, or `storage_failed`.
   */
  async answer(
    principalId: string,
    id: string,
    answers: Readonly<Record<string, unknown>>,
  ): Promise<boolean> {
    const task = this.get(principalId, id);
    if (task === undefined) return false;
    const running = this.#runningOf(task);
    if (running === undefined) return true;
    if (await running.answer(answers) > 0 && !isFinal(running.task.status)) {
      this.#showQuestions(running);
    }
    return true;
  }

  /**
   * Ends a task that has not ended; false for one that is not known. Throws `conflict` for a task that
   * another process runs, or `storage_failed`.
   */
  cancel(principalId: string, id: string): boolean {
    const task = this.get(principalId, id);
    if (task === undefined) return false;
    const running = this.#runningOf(task);
    if (running !== undefined) this.#end(running, { status: "cancelled" });
    return true;
  }

  /** Tells of changes from now on, until the returned function is called. */
  onChange(listener: TaskListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Leaves nothing of these texts in any task; throws CarError `storage_failed`. */
  forget(texts: readonly ErasedText[]): void {
    const { store, clock } = this.#options;
    const erased = prepareErasedTexts(texts);
    for (const running of this.#running.values()) {
      const { message, ...rest } = running.task;
      if (message !== undefined && erased.areIn(message)) running.task = rest;
    }
    for (const id of store.erase(texts, clock.now())) {
      const task = store.get(id);
      if (task === undefined) continue;
      const running = this.#running.get(id);
      if (running !== undefined) this.#drop(running, task);
      this.#tell(task);
    }
  }

  /** Ends what runs, as `interrupted`; safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#timer.close();
    for (const running of [...this.#running.values()]) this.#fail(running, "interrupted");
    this.#listeners.clear();
  }

  /** Undefined for a task that has ended; what is meant for one that goes on elsewhere would be lost. */
  #runningOf({ id, status }: Task): RunningTask | undefined {
    const running = this.#running.get(id);
    if (running !== undefined || isFinal(status)) return running;
    throw new CarError("conflict", "Another process runs this task; only that one can be told");
  }

  #hasRoom(principalId: string): boolean {
    const { store, limits } = this.#options;
    const { tasks, ofPrincipal, bytes } = store.usage(principalId);
    return tasks < limits.tasksMax && ofPrincipal < limits.principalTasksMax &&
      bytes < limits.tasksBytesMax;
  }

  #runOf(running: RunningTask): TaskRun {
    const isOver = () => isFinal(running.task.status);
    return {
      get task() {
        return running.task;
      },
      signal: running.signal,
      ask: (questions) => this.#ask(running, questions),
      say: (message) => {
        if (!isOver()) running.task = { ...running.task, ...this.#said(message) };
      },
      complete: (result) => this.#end(running, { status: "completed", content: result }),
      fail: (error) => this.#end(running, { status: "failed", failure: "error", content: error }),
    };
  }

  // It is saved with the next change of the status: work may say how far it is many times a second.
  #said(message: string): Pick<Task, "message" | "updatedMs"> {
    const cut = message.slice(0, MESSAGE_CHARS_MAX).toWellFormed();
    return { message: cut, updatedMs: this.#options.clock.now() };
  }

  async #ask(
    running: RunningTask,
    questions: readonly TaskQuestion[],
  ): Promise<readonly unknown[]> {
    if (questions.length === 0) return [];
    if (isFinal(running.task.status)) throw new CarError("cancelled", "The task has ended");
    const most = this.#options.limits.taskBytesMax;
    if (bytesOf(JSON.stringify([running.shown, questions.map(({ shown }) => shown)])) > most) {
      throw new CarError("limit_reached", `The questions of a task have at most ${most} bytes`);
    }
    const answers = running.ask(questions);
    this.#showQuestions(running);
    return await answers;
  }

  #showQuestions(running: RunningTask): void {
    const { shown } = running;
    if (Object.keys(shown).length === 0) return this.#change(running, { status: "working" });
    this.#change(running, { status: "input_required", content: JSON.stringify(shown) });
  }

  #fail(running: RunningTask, failure: TaskFailure): void {
    this.#end(running, { status: "failed", failure });
  }

  #end(running: RunningTask, ending: Ending): void {
    if (isFinal(running.task.status)) return;
    const { content } = ending;
    const isTooLarge = content !== undefined &&
      bytesOf(content) > this.#options.limits.taskBytesMax;
    try {
      this.#change(running, isTooLarge ? { status: "failed", failure: "too_large" } : ending);
      this.#running.delete(running.task.id);
    } catch (thrown) {
      // It has ended all the same, and the sweep tries again to save it.
      this.#options.onFault(thrown);
    }
    running.end();
  }

  #change(running: RunningTask, change: Ending): void {
    const { content: _content, ...rest } = running.task;
    running.task = { ...rest, ...change, updatedMs: this.#options.clock.now() };
    try {
      this.#options.store.save(running.task);
    } finally {
      this.#tell(running.task);
    }
  }

  /** Ends the work of a task whose end somebody else has kept. */
  #drop(running: RunningTask, task: Task): void {
    running.task = task;
    running.end();
    this.#running.delete(task.id);
  }

  #tell(task: Task): void {
    for (const listener of this.#listeners) {
      try {
        listener(task);
      } catch (thrown) {
        this.#options.onFault(thrown);
      }
    }
  }

  #sweep(): void {
    const { store, clock, limits, onFault } = this.#options;
    const now = clock.now();
    for (const running of [...this.#running.values()]) {
      const { task } = running;
      if (task.expiresMs <= now) this.#drop(running, { ...task, status: "cancelled" });
      else if (isFinal(task.status)) this.#saveLate(task);
      else if (task.createdMs + limits.taskMs <= now) this.#fail(running, "timed_out");
    }
    try {
      store.removeExpired(now);
    } catch (thrown) {
      onFault(thrown);
    }
    this.#timer.set(this.#nextDueMs());
  }

  #saveLate(task: Task): void {
    try {
      this.#options.store.save(task);
      this.#running.delete(task.id);
    } catch (thrown) {
      this.#options.onFault(thrown);
    }
  }

  #nextDueMs(): number | undefined {
    const { store, limits, onFault } = this.#options;
    // All may run equally long, so the first that began is the first whose time is over.
    const [oldest] = this.#running.values();
    const overMs = oldest && oldest.task.createdMs + limits.taskMs;
    try {
      const expiryMs = store.nextExpiryMs();
      return expiryMs === undefined ? overMs : Math.min(expiryMs, overMs ?? Infinity);
    } catch (thrown) {
      onFault(thrown);
      return Infinity;
    }
  }
}

type Ending = Pick<Task, "status" | "failure" | "content">;

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
