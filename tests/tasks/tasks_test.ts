// The life of a task: begun before anybody hears of it, ended once, forgotten in time.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import type { Task } from "../../src/tasks/task.ts";
import { keptTask } from "../contract/task_store_contract.ts";
import { beginTask, buildTasks, plainQuestion, statusOf } from "../helpers/built_tasks.ts";
import { createNaiveTasks, naiveTaskPlace } from "../helpers/naive_tasks.ts";

Deno.test("begin() keeps a task before it returns", () => {
  const { tasks, store, clock } = buildTasks({ limits: { taskKeptMs: 60_000 } });
  const { task } = beginTask(tasks);
  assert.deepEqual(task, {
    id: task.id,
    principalId: "ann",
    status: "working",
    createdMs: clock.now(),
    updatedMs: clock.now(),
    expiresMs: clock.now() + 60_000,
  });
  assert.match(task.id, /^[\w-]{32}$/);
  assert.deepEqual(store.get(task.id), task);
  assert.deepEqual(tasks.get("ann", task.id), task);
  assert.notEqual(beginTask(tasks).task.id, task.id);
});

Deno.test("a task is as unknown to others as one that never was", async () => {
  const { tasks } = buildTasks();
  const run = beginTask(tasks);
  const asked = run.ask([plainQuestion("name?")]);
  for (const [principalId, id] of [["bob", run.task.id], ["ann", "none"]] as const) {
    assert.equal(tasks.get(principalId, id), undefined);
    assert.equal(tasks.cancel(principalId, id), false);
    assert.equal(await tasks.answer(principalId, id, { "question-1": "Bob" }), false);
  }
  assert.equal(statusOf(tasks, run), "input_required");
  tasks.close();
  await assert.rejects(asked, { code: "cancelled" });
});

Deno.test("complete() and fail() end a task, once", () => {
  const { tasks, store, clock } = buildTasks();
  const [completed, failed] = [beginTask(tasks), beginTask(tasks)];
  clock.advance(500);
  completed.complete('{"a":1}');
  failed.fail('{"code":1}');
  for (const run of [completed, failed]) {
    const ended = run.task;
    run.complete("2");
    run.fail("3");
    run.say("more");
    tasks.cancel("ann", ended.id);
    assert.equal(run.task, ended);
    assert.deepEqual(tasks.get("ann", ended.id), ended);
    assert.deepEqual(store.get(ended.id), ended);
    assert.equal(ended.updatedMs, ended.createdMs + 500);
  }
  assert.deepEqual([completed.task.status, completed.task.content], ["completed", '{"a":1}']);
  assert.deepEqual([failed.task.failure, failed.task.content], ["error", '{"code":1}']);
});

Deno.test("cancel() ends a task and its work, and does nothing to one that has ended", async () => {
  const { tasks } = buildTasks();
  const run = beginTask(tasks);
  const asked = run.ask([plainQuestion("sure?")]);
  assert.equal(tasks.cancel("ann", run.task.id), true);
  assert.equal(run.signal.aborted, true);
  await assert.rejects(asked, { code: "cancelled" });
  await assert.rejects(run.ask([plainQuestion("sure?")]), { code: "cancelled" });
  run.complete("1");
  assert.equal(run.task.content, undefined);
  assert.equal(statusOf(tasks, run), "cancelled");
  assert.equal(tasks.cancel("ann", run.task.id), true);
});

Deno.test("say() tells how far a task is, and keeps it with the next change", () => {
  const { tasks, store, clock } = buildTasks();
  const run = beginTask(tasks);
  clock.advance(5);
  run.say("half");
  assert.deepEqual([run.task.message, run.task.updatedMs], ["half", clock.now()]);
  assert.equal(tasks.get("ann", run.task.id)?.message, "half");
  assert.equal(store.get(run.task.id)?.message, undefined);
  run.say(`${"x".repeat(999)}🚀`);
  assert.equal(run.task.message, `${"x".repeat(999)}\ufffd`);
  run.complete("1");
  assert.equal(store.get(run.task.id)?.message?.length, 1_000);
});

Deno.test("a task that takes too long fails and its work is told", () => {
  const { tasks, clock } = buildTasks({ limits: { taskMs: 10_000 } });
  const first = beginTask(tasks);
  clock.advance(5_000);
  const second = beginTask(tasks);
  clock.advance(5_000);
  assert.equal(first.task.failure, "timed_out");
  assert.equal(first.signal.aborted, true);
  assert.equal(second.task.status, "working");
  clock.advance(5_000);
  assert.equal(second.task.failure, "timed_out");
});

Deno.test("a task is unknown from its expiry on, and removed", () => {
  const { tasks, store, clock } = buildTasks({ limits: { taskKeptMs: 10_000, taskMs: 3_600_000 } });
  const [ended, running] = [beginTask(tasks), beginTask(tasks)];
  ended.complete("1");
  clock.advance(9_999);
  assert.equal(statusOf(tasks, ended), "completed");
  clock.advance(1);
  for (const run of [ended, running]) {
    assert.equal(tasks.get("ann", run.task.id), undefined);
    assert.equal(store.get(run.task.id), undefined);
  }
  assert.equal(running.signal.aborted, true);
  running.complete("late");
  assert.equal(store.get(running.task.id), undefined);
  assert.equal(clock.timers, 0);
});

Deno.test("a task is unknown when its time is over, whether it was removed already or not", () => {
  const { tasks, store, clock } = buildTasks({ limits: { taskKeptMs: 10_000 } });
  const run = beginTask(tasks);
  run.complete("1");
  clock.advance(9_500);
  // Has the sweep begin its wait anew.
  beginTask(tasks);
  clock.advance(500);
  assert.equal(tasks.get("ann", run.task.id), undefined);
  clock.advance(500);
  assert.equal(store.get(run.task.id), undefined);
});

Deno.test("begin() refuses where there is no room, until there is again", () => {
  const { tasks, clock } = buildTasks({
    limits: { tasksMax: 3, principalTasksMax: 2, taskKeptMs: 10_000 },
  });
  beginTask(tasks, "ann");
  beginTask(tasks, "ann").complete("1");
  assert.equal(tasks.begin("ann"), undefined);
  beginTask(tasks, "bob");
  assert.equal(tasks.begin("eve"), undefined);
  clock.advance(10_000);
  beginTask(tasks, "ann");
});

Deno.test("begin() refuses while the results are too many bytes", () => {
  const { tasks } = buildTasks({ limits: { tasksBytesMax: 1_024 } });
  beginTask(tasks).complete(JSON.stringify("x".repeat(1_021)));
  beginTask(tasks).complete("1");
  assert.equal(tasks.begin("ann"), undefined);
});

Deno.test("a result that is too long is not kept, and neither are such questions", async () => {
  const { tasks } = buildTasks({ limits: { taskBytesMax: 1_024 } });
  const run = beginTask(tasks);
  await assert.rejects(run.ask([plainQuestion("x".repeat(1_024))]), { code: "limit_reached" });
  assert.equal(run.task.status, "working");
  run.complete(JSON.stringify("x".repeat(1_023)));
  assert.deepEqual([run.task.failure, run.task.content], ["too_large", undefined]);
  const fits = beginTask(tasks);
  fits.complete(JSON.stringify("x".repeat(1_022)));
  assert.equal(fits.task.status, "completed");
});

Deno.test("onChange() tells of each change of a status, until it is called off", async () => {
  const { tasks, faults } = buildTasks();
  const told: string[] = [];
  tasks.onChange(() => {
    throw new Error("listener");
  });
  const stop = tasks.onChange(({ status }) => void told.push(status));
  const run = beginTask(tasks);
  const asked = run.ask([plainQuestion("?")]);
  await tasks.answer("ann", run.task.id, { "question-1": 1 });
  await asked;
  run.complete("1");
  assert.deepEqual(told, ["input_required", "working", "completed"]);
  assert.equal(faults.length, 3);
  stop();
  beginTask(tasks).complete("1");
  assert.equal(told.length, 3);
});

Deno.test("forget() takes texts out of tasks that run and that have ended", async () => {
  const { tasks } = buildTasks();
  const [ended, asking, saying, other] = [
    ...[beginTask(tasks), beginTask(tasks), beginTask(tasks), beginTask(tasks)],
  ] as const;
  ended.complete('{"text":"the key"}');
  const asked = asking.ask([plainQuestion("delete the key?")]);
  saying.say("found the key");
  other.say("found nothing");
  const told: (string | undefined)[] = [];
  tasks.onChange(({ failure }) => void told.push(failure));
  tasks.forget(["the key"]);
  assert.equal(tasks.get("ann", ended.task.id)?.failure, "erased");
  assert.equal(tasks.get("ann", asking.task.id)?.failure, "erased");
  assert.equal(asking.signal.aborted, true);
  await assert.rejects(asked, { code: "cancelled" });
  assert.deepEqual([saying.task.status, saying.task.message], ["working", undefined]);
  assert.equal(other.task.message, "found nothing");
  assert.deepEqual(told, ["erased", "erased"]);
  asking.complete('"the key"');
  assert.equal(tasks.get("ann", asking.task.id)?.content, undefined);
});

Deno.test("close() interrupts what runs, and no task begins any more", () => {
  const { tasks, store, clock } = buildTasks();
  const [running, ended] = [beginTask(tasks), beginTask(tasks)];
  ended.complete("1");
  tasks.close();
  tasks.close();
  assert.equal(store.get(running.task.id)?.failure, "interrupted");
  assert.equal(running.signal.aborted, true);
  assert.equal(store.get(ended.task.id)?.status, "completed");
  assert.equal(tasks.begin("ann"), undefined);
  assert.equal(clock.timers, 0);
});

Deno.test("a start interrupts what a process that is gone has left, and removes what expired", () => {
  const place = naiveTaskPlace();
  const before = createNaiveTasks(place);
  const inTime = Date.UTC(2030, 0, 1);
  before.save(keptTask("running", { expiresMs: inTime }));
  before.save(keptTask("done", { expiresMs: inTime, status: "completed", content: "1" }));
  before.save(keptTask("old", { expiresMs: 1 }));
  before.close();
  const { tasks, store } = buildTasks({ store: createNaiveTasks(place) });
  assert.equal(tasks.get("local", "running")?.failure, "interrupted");
  assert.equal(tasks.get("local", "done")?.content, "1");
  assert.equal(store.get("old"), undefined);
});

Deno.test("answer() and cancel() refuse a task that another process runs, until it has ended", async () => {
  const place = naiveTaskPlace();
  const [owner, other] = [createNaiveTasks(place), createNaiveTasks(place)]
    .map((store) => buildTasks({ store }).tasks);
  assert.ok(owner && other);
  const run = beginTask(owner);
  const asked = run.ask([plainQuestion("?")]);
  const { id } = run.task;
  await assert.rejects(other.answer("ann", id, { "question-1": 1 }), { code: "conflict" });
  assert.throws(() => other.cancel("ann", id), { code: "conflict" });
  assert.equal(await other.answer("bob", id, {}), false);
  assert.equal(other.cancel("bob", id), false);
  assert.equal(statusOf(owner, run), "input_required");
  assert.equal(await owner.answer("ann", id, { "question-1": 1 }), true);
  assert.deepEqual(await asked, [1]);
  run.complete("{}");
  assert.equal(await other.answer("ann", id, { "question-1": 2 }), true);
  assert.equal(other.cancel("ann", id), true);
  assert.equal(statusOf(other, run), "completed");
});

Deno.test("a task of another process is interrupted when nobody could have run it so long", () => {
  const { tasks, store, clock } = buildTasks({ limits: { taskMs: 10_000 } });
  const now = clock.now();
  const times = { createdMs: now, updatedMs: now, expiresMs: now + 60_000 };
  store.save(keptTask("a", { ...times, status: "input_required", content: "{}" }));
  clock.advance(9_999);
  assert.equal(tasks.get("local", "a")?.status, "input_required");
  clock.advance(1);
  const lost = { ...times, status: "failed", failure: "interrupted" } as const;
  assert.deepEqual(tasks.get("local", "a"), keptTask("a", lost));
});

Deno.test("an end that cannot be saved is one all the same, and is saved when that works", () => {
  const store = createNaiveTasks(naiveTaskPlace());
  let isFull = false;
  const save = (task: Task) => {
    if (isFull) throw new CarError("storage_failed", "disk full");
    store.save(task);
  };
  const { tasks, clock, faults } = buildTasks({
    limits: { taskMs: 10_000 },
    store: { ...store, save },
  });
  const run = beginTask(tasks);
  isFull = true;
  run.complete("1");
  assert.equal(faults.length, 1);
  assert.equal(tasks.get("ann", run.task.id)?.content, "1");
  assert.equal(store.get(run.task.id)?.status, "working");
  clock.advance(10_000);
  assert.equal(faults.length, 2);
  isFull = false;
  clock.advance(1_000);
  assert.equal(store.get(run.task.id)?.content, "1");
  assert.throws(() => {
    isFull = true;
    tasks.begin("ann");
  }, { code: "storage_failed" });
});
