// Servers on the official SDKs behind this one, mounted by a daemon of either runtime.

import assert from "node:assert/strict";
import { testOnBoth } from "../helpers/runtimes.ts";
import { SDK_MOUNTS, startSdkMounts } from "../helpers/sdk_mounts.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { call, clientOf, initializeRequest, notification, rpc } from "../helpers/test_app.ts";

const STREAMS = { accept: "application/json, text/event-stream" };

testOnBoth(
  "servers on both SDKs are mounted, called, and may ask mcp:160 mcp:163",
  async (runtime) => {
    await using server = await startSdkMounts(runtime);
    const { post } = clientOf((request) => fetch(request), server.url);
    const initialize = initializeRequest("2025-11-25");
    Object.assign(initialize.params as object, { capabilities: { elicitation: {} } });
    const opened = await post(initialize);
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "", ...STREAMS };
    await opened.body?.cancel();
    await (await post(notification("notifications/initialized"), session)).body?.cancel();
    const { result } = await (await post(rpc("tools/list"), session)).json();
    for (const name of Object.keys(SDK_MOUNTS)) {
      const listed = result.tools.find((tool: { name: string }) => tool.name === `mcp_${name}_add`);
      assert.equal(listed.annotations.readOnlyHint, true);
      assert.equal(listed.outputSchema.type, "object");
      const added = await (await post(call(`mcp_${name}_add`, { a: 2, b: 3 }), session)).json();
      assert.deepEqual(added.result.structuredContent, { sum: 5 });
      const stream = new SseReader(await post(call(`mcp_${name}_ask`), session));
      const question = await stream.next();
      assert.equal(question.params.message, "Go on?");
      const answer = { action: "accept", content: { yes: true } };
      const taken = await post({ jsonrpc: "2.0", id: question.id, result: answer }, session);
      await taken.body?.cancel();
      const told = await stream.next();
      assert.deepEqual(JSON.parse(told.result.content[0].text), answer);
      assert.equal(await stream.nextEvent(), undefined);
    }
    assert.equal((await server.stop()).code, 0);
  },
);
