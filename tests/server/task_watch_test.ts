// Telling of tasks ends when it is called off, and a listener that has gone has called it off.

import assert from "node:assert/strict";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { NEWEST_REVISION } from "../../src/protocol/revisions.ts";
import { ChangeHub } from "../../src/rpc/changes.ts";
import { CallContext } from "../../src/rpc/context.ts";
import { Listeners } from "../../src/server/listeners.ts";
import { beginTask, buildTasks } from "../helpers/built_tasks.ts";

Deno.test("a listener that goes away is told of no task any more", async () => {
  const { tasks, clock } = buildTasks();
  let listeners = 0;
  const onChange = tasks.onChange.bind(tasks);
  tasks.onChange = (listener) => {
    const stop = onChange(listener);
    listeners++;
    return () => {
      listeners--;
      stop();
    };
  };
  const { task } = beginTask(tasks, LOCAL_PRINCIPAL.id);
  const gone = new AbortController();
  const told: string[] = [];
  const context = new CallContext(1, {
    principal: LOCAL_PRINCIPAL,
    revision: NEWEST_REVISION,
    capabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } },
  }, {
    signal: gone.signal,
    progressToken: undefined,
    isMarked: () => false,
    mark() {},
    say: (message) => Boolean(told.push("method" in message ? message.method : "")),
    sayProgress: () => false,
    ask: () => Promise.reject(new Error("never asked")),
    openPages: () => Promise.reject(new Error("never opened")),
    disconnect: () => false,
    canBecomeTask: false,
    becomeTask: () => false,
    takeUpTo() {},
  });
  const open = new Listeners({
    changes: new ChangeHub({
      clock,
      resourceWishesMax: 10,
      onFault: (thrown) => assert.fail(String(thrown)),
    }),
    resources: { canonicalUri: (uri) => uri },
    listenersMax: 1,
    subscriptionsMax: 1,
    taskMethods: { tasks, pollIntervalMs: 1_000 },
  });
  const answered = open.listen({ notifications: { taskIds: [task.id] } }, context);
  assert.equal(listeners, 1);
  gone.abort();
  await answered;
  assert.equal(listeners, 0);
  tasks.cancel(LOCAL_PRINCIPAL.id, task.id);
  assert.deepEqual(told, ["notifications/subscriptions/acknowledged", "notifications/tasks"]);
});
