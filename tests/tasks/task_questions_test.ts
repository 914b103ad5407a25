// What a task asks, and how it is answered: each question once, all of them before its work goes on.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { CarError } from "../../src/base/errors.ts";
import type { Task } from "../../src/tasks/task.ts";
import type { TaskQuestion } from "../../src/tasks/task_run.ts";
import { beginTask, buildTasks, plainQuestion, statusOf } from "../helpers/built_tasks.ts";
import { createNaiveTasks, naiveTaskPlace } from "../helpers/naive_tasks.ts";

Deno.test("ask() shows questions until each is answered, under keys that are never used again", async () => {
  const { tasks } = buildTasks();
  const run = beginTask(tasks);
  const id = run.task.id;
  const asked = run.ask([plainQuestion("name?"), plainQuestion("age?")]);
  const shown = () => JSON.parse(tasks.get("ann", id)?.content ?? "{}");
  assert.deepEqual(shown(), { "question-1": "name?", "question-2": "age?" });
  await tasks.answer("ann", id, { "question-2": 7, other: 1 });
  assert.deepEqual(shown(), { "question-1": "name?" });
  assert.equal(statusOf(tasks, run), "input_required");
  await tasks.answer("ann", id, { "question-1": "Ann", "question-2": 8 });
  assert.deepEqual(await asked, ["Ann", 7]);
  assert.equal(statusOf(tasks, run), "working");
  assert.equal(run.task.content, undefined);
  const again = run.ask([plainQuestion("name?")]);
  assert.deepEqual(shown(), { "question-3": "name?" });
  await tasks.answer("ann", id, { "question-3": "Eve" });
  assert.deepEqual(await again, ["Eve"]);
  assert.deepEqual(await run.ask([]), []);
});

Deno.test("two askers of one task each get their answers", async () => {
  const { tasks } = buildTasks();
  const run = beginTask(tasks);
  const [first, second] = [run.ask([plainQuestion("a?")]), run.ask([plainQuestion("b?")])];
  await tasks.answer("ann", run.task.id, { "question-2": "B" });
  assert.deepEqual(await second, ["B"]);
  assert.equal(statusOf(tasks, run), "input_required");
  await tasks.answer("ann", run.task.id, { "question-1": "A" });
  assert.deepEqual(await first, ["A"]);
});

Deno.test("answer() leaves questions open at an answer that is unusable", async () => {
  const { tasks } = buildTasks();
  const run = beginTask(tasks);
  const picky: TaskQuestion = {
    shown: "number?",
    read(answer) {
      if (typeof answer === "number") return answer * 2;
      throw new CarError("invalid_argument", "No number");
    },
  };
  const asked = run.ask([picky, plainQuestion("name?")]);
  const answers = { "question-1": "seven", "question-2": "Ann" };
  await assert.rejects(tasks.answer("ann", run.task.id, answers), { code: "invalid_argument" });
  assert.deepEqual(Object.keys(JSON.parse(run.task.content ?? "")), ["question-1", "question-2"]);
  await tasks.answer("ann", run.task.id, { ...answers, "question-1": 7 });
  assert.deepEqual(await asked, [14, "Ann"]);
});

Deno.test("of two answers to a question the first that was read counts", async () => {
  const { tasks } = buildTasks();
  const run = beginTask(tasks);
  const told: string[] = [];
  tasks.onChange(({ status }) => void told.push(status));
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let reads = 0;
  const asked = run.ask([{
    shown: "?",
    read: async (answer) => {
      await gates[reads++]?.promise;
      return answer;
    },
  }]);
  const slow = tasks.answer("ann", run.task.id, { "question-1": "slow" });
  const fast = tasks.answer("ann", run.task.id, { "question-1": "fast" });
  gates[1]?.resolve();
  await fast;
  gates[0]?.resolve();
  await slow;
  assert.deepEqual(await asked, ["fast"]);
  assert.deepEqual(told, ["input_required", "working"]);
  assert.equal(statusOf(tasks, run), "working");
});

Deno.test("an answer that is read after the task has ended changes nothing", async () => {
  const { tasks } = buildTasks();
  const run = beginTask(tasks);
  const gate = Promise.withResolvers<void>();
  const asked = run.ask([{ shown: "?", read: () => gate.promise }]);
  const answered = tasks.answer("ann", run.task.id, { "question-1": 1 });
  tasks.cancel("ann", run.task.id);
  gate.resolve();
  await answered;
  await assert.rejects(asked, { code: "cancelled" });
  assert.equal(statusOf(tasks, run), "cancelled");
});

Deno.test("ask() rejects when its questions cannot be kept, and nothing else fails later", async () => {
  const store = createNaiveTasks(naiveTaskPlace());
  let isFull = false;
  const save = (task: Task) => {
    if (isFull) throw new CarError("storage_failed", "disk full");
    store.save(task);
  };
  const { tasks } = buildTasks({ store: { ...store, save } });
  const run = beginTask(tasks);
  isFull = true;
  await assert.rejects(run.ask([plainQuestion("?")]), { code: "storage_failed" });
  isFull = false;
  tasks.cancel("ann", run.task.id);
  // An unhandled rejection would end the process in the next turn.
  await new Promise<void>((resolve) => void setImmediate(resolve));
  assert.equal(statusOf(tasks, run), "cancelled");
});
