// A TaskStore in a map, as plain as its contract allows: what the engine is tried on, and what the real
// store is compared with.

import { prepareErasedTexts } from "../../src/base/erased_texts.ts";
import { CarError } from "../../src/base/errors.ts";
import { isFinal, type Task } from "../../src/tasks/task.ts";
import type { ClosableTaskStore } from "../contract/task_store_contract.ts";

/** What the stores of one place share. */
export interface NaiveTaskPlace {
  readonly tasks: Map<string, Task>;
  /** Stores that are open. */
  open: number;
}

/** A fresh place. */
export function naiveTaskPlace(): NaiveTaskPlace {
  return { tasks: new Map(), open: 0 };
}

/** Opens a store on a place. */
export function createNaiveTasks(place: NaiveTaskPlace): ClosableTaskStore {
  let isOpen = true;
  place.open++;
  const tasks = () => {
    if (!isOpen) throw new CarError("closed", "Cannot use the tasks: storage is closed");
    return place.tasks;
  };
  const bytesOf = ({ message, content }: Task) =>
    [message === undefined ? "" : JSON.stringify(message), content ?? ""]
      .reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  const replace = ({ message: _message, content: _content, ...rest }: Task, more: Partial<Task>) =>
    void place.tasks.set(rest.id, { ...rest, ...more });
  return {
    save(task) {
      const known = tasks().get(task.id);
      if (known === undefined || !isFinal(known.status)) place.tasks.set(task.id, task);
    },
    get: (id) => tasks().get(id),
    usage(principalId) {
      const all = [...tasks().values()];
      return {
        tasks: all.length,
        ofPrincipal: all.filter((task) => task.principalId === principalId).length,
        bytes: all.reduce((sum, task) => sum + bytesOf(task), 0),
      };
    },
    removeExpired(nowMs) {
      const expired = [...tasks().values()].filter(({ expiresMs }) => expiresMs <= nowMs);
      for (const { id } of expired) place.tasks.delete(id);
      return expired.length;
    },
    nextExpiryMs() {
      const times = [...tasks().values()].map(({ expiresMs }) => expiresMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    endAbandoned(nowMs) {
      const running = [...tasks().values()].filter(({ status }) => !isFinal(status));
      if (place.open > 1) return 0;
      for (const task of running) {
        replace(task, { status: "failed", failure: "interrupted", updatedMs: nowMs });
      }
      return running.length;
    },
    erase(texts, nowMs) {
      const { areIn } = prepareErasedTexts(texts);
      const guilty = [...tasks().values()].filter(({ message, content }) =>
        [message, content].some((text) => text !== undefined && areIn(text))
      );
      for (const task of guilty) {
        const isCancelled = task.status === "cancelled";
        const ending = isCancelled ? {} : { status: "failed", failure: "erased" } as const;
        replace(task, { ...ending, updatedMs: nowMs });
      }
      return guilty.map(({ id }) => id);
    },
    close() {
      if (isOpen) place.open--;
      isOpen = false;
    },
  };
}
