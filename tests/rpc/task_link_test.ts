// A call's way to its client before and after it became a task.

import assert from "node:assert/strict";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { NEWEST_REVISION } from "../../src/protocol/revisions.ts";
import type { CallLink } from "../../src/rpc/context.ts";
import { type CallTask, TaskLink } from "../../src/rpc/task_link.ts";

interface BuiltLink {
  readonly link: TaskLink;
  /** What reached the call's own way. */
  readonly reached: readonly string[];
  readonly call: AbortController;
  readonly task: AbortController;
  /** What was asked through the task. */
  readonly asked: readonly unknown[];
}

function build(): BuiltLink {
  const [call, task] = [new AbortController(), new AbortController()];
  const reached: string[] = [];
  const asked: unknown[] = [];
  const reach = (name: string) => () => {
    reached.push(name);
    return true;
  };
  const callLink: CallLink = {
    isMarked: () => false,
    mark() {},
    signal: call.signal,
    progressToken: 1,
    say: reach("say"),
    sayProgress: reach("sayProgress"),
    ask: () => Promise.reject(new Error("never asked")),
    openPages: () => Promise.reject(new Error("never opened")),
    disconnect: reach("disconnect"),
    canBecomeTask: false,
    becomeTask: () => false,
    takeUpTo: reach("takeUpTo"),
  };
  const callTask: CallTask = {
    signal: task.signal,
    ask(questions) {
      asked.push(...questions);
      return Promise.resolve([]);
    },
    say: (message) => void reached.push(`task: ${message}`),
  };
  const link = new TaskLink(callLink, {
    origin: {
      principal: LOCAL_PRINCIPAL,
      revision: NEWEST_REVISION,
      capabilities: { elicitation: {} },
    },
    begin: () => callTask,
    onFault: (thrown) => assert.fail(String(thrown)),
  });
  return { link, reached, call, task, asked };
}

const progress = (message?: string) => ({
  jsonrpc: "2.0" as const,
  method: "notifications/progress",
  params: { progressToken: 1, progress: 1, ...(message !== undefined && { message }) },
});

Deno.test("everything goes the way of the call until it is a task", () => {
  const { link, reached } = build();
  link.say(progress());
  link.sayProgress(1, progress("half"));
  link.disconnect();
  link.takeUpTo(5);
  assert.deepEqual(reached, ["say", "sayProgress", "disconnect", "takeUpTo"]);
});

Deno.test("nothing goes the way of the call once it is a task", () => {
  const { link, reached } = build();
  assert.deepEqual([link.becomeTask(), link.becomeTask()], [true, true]);
  assert.equal(link.say(progress()), false);
  assert.equal(link.sayProgress(1, progress()), false);
  assert.equal(link.sayProgress(2, progress("half")), true);
  assert.equal(link.disconnect(), false);
  link.takeUpTo(5);
  assert.deepEqual(reached, ["task: half"]);
});

Deno.test("the signal follows the call until it is a task, and then the task", () => {
  const before = build();
  before.call.abort();
  assert.equal(before.link.signal.aborted, true);
  assert.equal(before.link.becomeTask(), false);
  const after = build();
  const { signal } = after.link;
  after.link.becomeTask();
  after.call.abort();
  assert.equal(signal.aborted, false);
  after.task.abort();
  assert.equal(signal.aborted, true);
});

Deno.test("a task is not asked what could not be answered", async () => {
  const { link, asked } = build();
  link.becomeTask();
  const form = { kind: "form", message: "?", requestedSchema: { type: "array" } } as const;
  await assert.rejects(link.ask({ form }), { code: "invalid_argument" });
  await assert.rejects(link.ask({ roots: { kind: "roots" } }), { code: "capability_missing" });
  assert.deepEqual(asked, []);
});
