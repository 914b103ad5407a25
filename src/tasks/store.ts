// The port behind which tasks are kept. Several processes may use one store at the same time; a task is
// changed by the process that runs it and read by all. Each method is done when it returns: what was
// saved survives the death of the process.

import type { ErasedText } from "../base/erased_texts.ts";
import type { Task } from "./task.ts";

/** How much a store holds. */
export interface TaskUsage {
  readonly tasks: number;
  /** Those of the principal that was asked for. */
  readonly ofPrincipal: number;
  /** Of all contents and messages, in UTF-8. */
  readonly bytes: number;
}

/** Keeps tasks. Methods throw CarError `storage_failed`, or `closed` after the store was closed. */
export interface TaskStore {
  /** Adds a task, or replaces the one with its id unless that has ended. */
  save(task: Task): void;
  get(id: string): Task | undefined;
  usage(principalId: string): TaskUsage;
  /** Removes what has expired at that time; says how many tasks that were. */
  removeExpired(nowMs: number): number;
  /** When the next task expires; undefined while there is none. */
  nextExpiryMs(): number | undefined;
  /**
   * Ends the tasks that no living process runs as `interrupted`, and says how many. Where it cannot be
   * told whether their process lives, they stay as they are. Called before this process runs any.
   */
  endAbandoned(nowMs: number): number;
  /**
   * Takes the content and the message from every task in which one of the texts stands and ends it, if it
   * has not ended, as `erased`; a result becomes that, too. Says which ones. Nothing of them is left in
   * the files of the store.
   */
  erase(texts: readonly ErasedText[], nowMs: number): readonly string[];
}
