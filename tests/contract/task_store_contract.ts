// What every TaskStore promises. A test file gives a way to open stores on one fresh place: each call
// opens another store on the same place, as another process would.

import assert from "node:assert/strict";
import type { TaskStore } from "../../src/tasks/store.ts";
import type { Task } from "../../src/tasks/task.ts";

/** A store that can be closed, as its process would end. */
export interface ClosableTaskStore extends TaskStore {
  close(): void;
}

/** A fresh place for stores; disposing of it closes those that are open. */
export interface TaskStorePlace extends Disposable {
  open(): ClosableTaskStore;
}

/** A task as it begins. */
export function keptTask(id: string, more: Partial<Task> = {}): Task {
  return {
    id,
    principalId: "local",
    status: "working",
    createdMs: 1_000,
    updatedMs: 1_000,
    expiresMs: 10_000,
    ...more,
  };
}

type Test = (name: string, body: (open: () => ClosableTaskStore) => void) => void;

/** Registers the tests of the contract. */
export function testTaskStore(kind: string, place: () => TaskStorePlace): void {
  const test: Test = (name, body) => {
    Deno.test(`TaskStore of ${kind} ${name}`, () => {
      using fresh = place();
      body(() => fresh.open());
    });
  };
  testTasks(test);
  testUsage(test);
  testAbandoned(test);
  testErasing(test);
}

function testTasks(test: Test): void {
  test("gives back every field as it was saved", (open) => {
    const store = open();
    const full = keptTask("full", {
      principalId: 'o"dd\ud800',
      status: "failed",
      failure: "timed_out",
      message: "Zeile 1\nZeile 2 \u0000 🚀",
      createdMs: 1,
      updatedMs: 2,
      expiresMs: 2 ** 52,
      content: JSON.stringify({ text: "\u0000 \ud800 🚀" }),
    });
    for (const task of [full, keptTask("bare")]) {
      store.save(task);
      assert.deepEqual(store.get(task.id), task);
      assert.deepEqual(open().get(task.id), task);
    }
    assert.equal(store.get("other"), undefined);
  });

  test("replaces a task that has not ended, and no other", (open) => {
    const store = open();
    store.save(keptTask("a", { status: "input_required", content: "{}", message: "waits" }));
    store.save(keptTask("a", { updatedMs: 2_000 }));
    assert.deepEqual(store.get("a"), keptTask("a", { updatedMs: 2_000 }));
    for (const status of ["completed", "failed", "cancelled"] as const) {
      const ended = keptTask(status, { status, updatedMs: 3_000, content: '"end"' });
      store.save(ended);
      store.save(keptTask(status));
      assert.deepEqual(store.get(status), ended);
    }
  });

  test("keeps tasks when it is opened again", (open) => {
    const first = open();
    const ended = keptTask("a", { status: "completed", content: "1" });
    first.save(ended);
    first.close();
    assert.deepEqual(open().get("a"), ended);
  });

  test("answers closed once it is closed", (open) => {
    const store = open();
    store.close();
    store.close();
    assert.throws(() => store.get("a"), { code: "closed" });
    assert.throws(() => store.save(keptTask("a")), { code: "closed" });
  });
}

function testUsage(test: Test): void {
  test("counts tasks, those of a principal, and bytes", (open) => {
    const store = open();
    assert.deepEqual(store.usage("a"), { tasks: 0, ofPrincipal: 0, bytes: 0 });
    store.save(keptTask("1", { principalId: "a" }));
    store.save(keptTask("2", { principalId: "b", content: '"é"' }));
    store.save(keptTask("3", { principalId: "b", content: "12345" }));
    assert.deepEqual(store.usage("b"), { tasks: 3, ofPrincipal: 2, bytes: 9 });
    store.save(keptTask("3", { principalId: "b", content: "1" }));
    assert.equal(store.usage("c").bytes, 5);
  });

  test("removes what has expired and knows what expires next", (open) => {
    const store = open();
    assert.equal(store.nextExpiryMs(), undefined);
    for (const expiresMs of [300, 100, 200]) store.save(keptTask(`${expiresMs}`, { expiresMs }));
    assert.equal(store.nextExpiryMs(), 100);
    assert.equal(store.removeExpired(99), 0);
    assert.equal(store.removeExpired(200), 2);
    assert.equal(store.get("200"), undefined);
    assert.equal(store.nextExpiryMs(), 300);
    assert.equal(store.removeExpired(300), 1);
    assert.equal(store.nextExpiryMs(), undefined);
  });
}

function testAbandoned(test: Test): void {
  test("ends what ran in a process that is gone", (open) => {
    const gone = open();
    gone.save(keptTask("running", { message: "half done" }));
    gone.save(keptTask("asking", { status: "input_required", content: '{"q":1}' }));
    const done = keptTask("done", { status: "completed", content: "1" });
    gone.save(done);
    gone.close();
    const store = open();
    assert.equal(store.endAbandoned(5_000), 2);
    for (const id of ["running", "asking"]) {
      const ended = { status: "failed", failure: "interrupted", updatedMs: 5_000 } as const;
      assert.deepEqual(store.get(id), keptTask(id, ended));
    }
    assert.deepEqual(store.get("done"), done);
    assert.equal(store.endAbandoned(6_000), 0);
  });

  test("leaves alone what may run in another process", (open) => {
    const other = open();
    other.save(keptTask("running"));
    const store = open();
    assert.equal(store.endAbandoned(5_000), 0);
    assert.deepEqual(store.get("running"), keptTask("running"));
    other.close();
    assert.equal(store.endAbandoned(6_000), 1);
  });
}

function testErasing(test: Test): void {
  test("takes a text out of every task", (open) => {
    const store = open();
    const secret = 'the "key" is\nünder the mat';
    const nested = JSON.stringify({ content: [{ text: JSON.stringify({ body: secret }) }] });
    store.save(keptTask("result", { status: "completed", content: nested }));
    store.save(keptTask("asking", { status: "input_required", content: nested }));
    store.save(keptTask("saying", { message: `found: ${secret}` }));
    store.save(keptTask("cancelled", { status: "cancelled", message: secret }));
    const other = keptTask("other", { status: "completed", content: '"under the carpet"' });
    store.save(other);
    store.save(keptTask("working"));
    assert.deepEqual([...store.erase([secret], 7_000)].sort(), [
      "asking",
      "cancelled",
      "result",
      "saying",
    ]);
    for (const id of ["result", "asking", "saying"]) {
      const ended = { status: "failed", failure: "erased", updatedMs: 7_000 } as const;
      assert.deepEqual(store.get(id), keptTask(id, ended));
    }
    const cancelled = keptTask("cancelled", { status: "cancelled", updatedMs: 7_000 });
    assert.deepEqual(store.get("cancelled"), cancelled);
    assert.deepEqual(store.get("other"), other);
    assert.deepEqual(store.get("working"), keptTask("working"));
    assert.equal(store.usage("local").bytes, other.content?.length);
    assert.deepEqual(store.erase([secret], 8_000), []);
  });

  test("erases every content for the empty text", (open) => {
    const store = open();
    for (let at = 0; at < 20; at++) {
      store.save(keptTask(`${at}`, { status: "completed", content: `${at}` }));
    }
    store.save(keptTask("bare"));
    assert.equal(store.erase([""], 7_000).length, 20);
    assert.equal(store.get("bare")?.status, "working");
    assert.deepEqual(store.erase([], 7_000), []);
  });
}
