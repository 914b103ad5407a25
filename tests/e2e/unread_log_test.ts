// A parent that never reads stderr, like some clients that start servers: the log must not stop the
// server when the pipe is full.

import assert from "node:assert/strict";
import { startProcess, within } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { clientOf, resultOf, rpc } from "../helpers/test_app.ts";

// A line of about 150 bytes a request; a pipe holds 64 KiB.
const REQUESTS = 1_500;

testOnBoth("the server goes on when nobody reads its log", async (runtime) => {
  using home = tempHome();
  const args = ["serve", "--bind", "127.0.0.1:0", "--home", home.path, "--log-level", "debug"];
  await using server = await startProcess({ runtime, args, leavesLogUnread: true });
  const client = clientOf(fetch, server.firstLine);
  for (let request = 0; request < REQUESTS; request++) {
    assert.deepEqual(await within(client.post(rpc("ping")).then(resultOf), "answer"), {});
  }
  assert.equal((await server.stop()).code, 0);
});
