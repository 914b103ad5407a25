// The work of a task in this process: the signal that ends it, and the questions that wait for answers.

import { CarError } from "../base/errors.ts";
import type { Task } from "./task.ts";
import type { TaskQuestion } from "./task_run.ts";

/** Questions that were put together. */
interface Asking {
  readonly keys: readonly string[];
  readonly answers: Map<string, unknown>;
  readonly resolve: (answers: readonly unknown[]) => void;
  readonly reject: (thrown: unknown) => void;
}

interface OpenQuestion {
  readonly question: TaskQuestion;
  readonly asking: Asking;
}

/** A task and its work. */
export class RunningTask {
  /** As it is now; whoever changes it saves it. */
  task: Task;
  readonly #abort = new AbortController();
  readonly #open = new Map<string, OpenQuestion>();
  #asked = 0;

  constructor(task: Task) {
    this.task = task;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The open questions by key, as they are shown. */
  get shown(): Readonly<Record<string, unknown>> {
    return Object.fromEntries([...this.#open].map(([key, { question }]) => [key, question.shown]));
  }

  /** Opens questions under keys that were never used; the answers come once all are there. */
  ask(questions: readonly TaskQuestion[]): Promise<readonly unknown[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    const keys = questions.map(() => `question-${++this.#asked}`);
    const asking: Asking = { keys, answers: new Map(), resolve, reject };
    questions.forEach((question, at) => this.#open.set(keys[at] ?? "", { question, asking }));
    // Who does not wait for the answers must not end the process when they do not come.
    promise.catch(() => {});
    return promise;
  }

  /**
   * Closes the questions that are answered, and says how many those are; other keys are ignored. Rejects
   * with what a question throws at its answer; then none was closed.
   */
  async answer(answers: Readonly<Record<string, unknown>>): Promise<number> {
    const meant = Object.entries(answers).flatMap(([key, answer]) => {
      const open = this.#open.get(key);
      return open === undefined ? [] : [{ key, open, answer }];
    });
    const read = await Promise.all(
      meant.map(async ({ key, open, answer }) =>
        [key, await open.question.read(answer, key)] as const
      ),
    );
    return read.filter(([key, answer]) => this.#close(key, answer)).length;
  }

  /** Ends the work; who waits for answers learns that the task is `cancelled`. */
  end(): void {
    for (const { asking } of this.#open.values()) {
      asking.reject(new CarError("cancelled", "The task has ended"));
    }
    this.#open.clear();
    this.#abort.abort();
  }

  // While one answer was read, another to the same question may have been: the first one counts.
  #close(key: string, answer: unknown): boolean {
    const asking = this.#open.get(key)?.asking;
    if (asking === undefined) return false;
    this.#open.delete(key);
    asking.answers.set(key, answer);
    if (asking.answers.size === asking.keys.length) {
      asking.resolve(asking.keys.map((each) => asking.answers.get(each)));
    }
    return true;
  }
}
