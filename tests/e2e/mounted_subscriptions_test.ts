// Changes of resources of servers on the official SDKs, through a daemon of either runtime, to the official
// clients.

import assert from "node:assert/strict";
import { connectBrowsing } from "../helpers/browsing_clients.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { SDK_NAMES } from "../helpers/sdk_clients.ts";
import { SDK_MOUNTS, startSdkMounts } from "../helpers/sdk_mounts.ts";

const WAIT_MS = 30_000;

testOnBoth("clients are told of resources of servers on both SDKs", async (runtime) => {
  await using server = await startSdkMounts(runtime);
  for (const name of SDK_NAMES) {
    for (const mount of Object.keys(SDK_MOUNTS)) {
      const uri = `note://${mount}`;
      await using client = await connectBrowsing(name, server.url);
      assert.equal(await client.read(uri), "a note");
      await client.watch(uri);
      // Until the wish has reached the server behind, a change is told to nobody.
      const lastMs = performance.now() + WAIT_MS;
      while (!client.told.all.includes(uri) && performance.now() < lastMs) {
        await client.call(`mcp_${mount}_touch`, {});
      }
      assert.ok(client.told.all.includes(uri));
    }
  }
});
