// A tool whose abort listeners fail: the process, its other calls and the cancelled one go on as if
// they had not. The server is a process of its own under either runtime, because what fails in a
// listener reaches the process by another way in each.

import assert from "node:assert/strict";
import { testOnBoth } from "../helpers/runtimes.ts";
import { startTalking } from "../helpers/talking_process.ts";
import { call, clientOf, notification, resultOf, rpc } from "../helpers/test_app.ts";

testOnBoth(
  "listeners that fail when their call is cancelled are faults of it mcp:69",
  async (runtime) => {
    await using server = await startTalking(runtime);
    const session = await clientOf(fetch, server.url).open();
    const cancelled = session.post(call("fail_on_abort", {}, "c1"));
    await server.tell("pass", { gate: "listening" });
    const accepted = await session.post(
      notification("notifications/cancelled", { requestId: "c1" }),
    );
    assert.deepEqual([accepted.status, await accepted.text()], [202, ""]);
    const nothing = await cancelled;
    assert.deepEqual([nothing.status, await nothing.text()], [202, ""]);
    assert.equal(await server.metric("car_faults_total"), 2);
    assert.deepEqual(await resultOf(await session.post(rpc("ping"))), {});
  },
);
