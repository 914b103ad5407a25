// A server that is killed in the middle of everything and started again, with sessions that are kept.

import assert from "node:assert/strict";
import { testOnBoth } from "../helpers/runtimes.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { startTalking } from "../helpers/talking_process.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf, rpc } from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };

testOnBoth(
  "a client goes on where it was after its server was killed mcp:76 mcp:77",
  async (runtime) => {
    using home = tempHome();
    const environment = { CAR_HOME: home.path, CAR_SESSIONS_PERSIST: "true" };
    let session = "";
    let [seen, cutOff]: (string | undefined)[] = [];
    {
      await using server = await startTalking(runtime, environment);
      const client = clientOf(fetch, server.url);
      const opened = await client.open();
      session = opened.id;
      const common = new SseReader(await client.send("GET", { "mcp-session-id": session }));
      for (const at of [1, 2]) await server.push(session, at);
      assert.equal((await common.next()).params.at, 1);
      seen = common.lastId;
      const counting = call("count", { to: 2, gated: true }, 9);
      const post = await client.post(counting, { "mcp-session-id": session, ...BOTH });
      const stream = new SseReader(post);
      await stream.nextEvent();
      cutOff = stream.lastId;
      await server.kill();
      // A connection that breaks off, or one that ends: which of them is up to the runtime.
      await Promise.allSettled([common.rest(), stream.rest()]);
    }
    await using server = await startTalking(runtime, environment);
    const client = clientOf(fetch, server.url);
    const headers = { "mcp-session-id": session };
    await resultOf(await client.post(rpc("ping"), headers));
    await server.push(session, 3);
    const resumed = { ...headers, "last-event-id": seen ?? "" };
    const common = new SseReader(await client.send("GET", resumed));
    assert.deepEqual([(await common.next()).params.at, (await common.next()).params.at], [2, 3]);
    const call9 = { ...headers, "last-event-id": cutOff ?? "" };
    const stream = new SseReader(await client.send("GET", call9));
    const answer = await stream.next();
    assert.equal(answer.id, 9);
    assert.match(answer.error.message, /restarted/);
    await common.close();
    await stream.close();
  },
);
