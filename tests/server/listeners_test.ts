// A listener that has gone is told nothing more, and leaves nothing behind in what it listened to.

import { Access } from "../../src/auth/access.ts";
import { Admission } from "../../src/tools/admission.ts";
import assert from "node:assert/strict";
import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { NEWEST_REVISION } from "../../src/protocol/revisions.ts";
import { ChangeHub } from "../../src/rpc/changes.ts";
import { CallContext } from "../../src/rpc/context.ts";
import { Listeners } from "../../src/server/listeners.ts";
import { beginTask, buildTasks } from "../helpers/built_tasks.ts";

/** The context of a client that listens until the signal; `told` gets the methods of its messages. */
function listening(signal: AbortSignal, told: string[]): CallContext {
  return new CallContext(1, {
    principal: LOCAL_PRINCIPAL,
    revision: NEWEST_REVISION,
    capabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } },
  }, {
    signal,
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
}

function buildListeners() {
  const { tasks, clock } = buildTasks();
  const changes = new ChangeHub({
    clock,
    resourceWishesMax: 10,
    onFault: (thrown) => assert.fail(String(thrown)),
  });
  const open = new Listeners({
    changes,
    admission: new Admission(new Access()),
    resources: { canonicalUri: (uri) => uri },
    listenersMax: 1,
    subscriptionsMax: 1,
    uriCharsMax: 100,
    taskMethods: { tasks, pollIntervalMs: 1_000 },
  });
  return { tasks, changes, open };
}

Deno.test("a listener that goes away is told of no task any more", async () => {
  const { tasks, open } = buildListeners();
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
  const notifications = { taskIds: [task.id] };
  const answered = open.listen({ notifications }, listening(gone.signal, told));
  assert.equal(listeners, 1);
  gone.abort();
  await answered;
  assert.equal(listeners, 0);
  tasks.cancel(LOCAL_PRINCIPAL.id, task.id);
  assert.deepEqual(told, ["notifications/subscriptions/acknowledged", "notifications/tasks"]);
});

Deno.test("a listener that goes away, or is ended, leaves no wish in the hub", async () => {
  const { changes, open } = buildListeners();
  const notifications = { toolsListChanged: true, resourceSubscriptions: ["test://a"] };
  for (const isEnded of [false, true]) {
    const gone = new AbortController();
    const told: string[] = [];
    const answered = open.listen({ notifications }, listening(gone.signal, told));
    assert.equal(changes.size, 2);
    if (isEnded) open.close();
    else gone.abort();
    await answered;
    assert.deepEqual([changes.size, open.size], [0, 0]);
    changes.publish({ kind: "tools" });
    assert.deepEqual(told, ["notifications/subscriptions/acknowledged"]);
  }
});
