// Servers on the official SDKs behind this one, mounted by a daemon of either runtime.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "../helpers/process.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, initializeRequest, notification, rpc } from "../helpers/test_app.ts";

const ERAS = { sdk1: "legacy", sdk2: "modern" } as const;
const STREAMS = { accept: "application/json, text/event-stream" };

function writeUpstreams(home: string): void {
  mkdirSync(join(home, "upstreams"));
  for (const name of Object.keys(ERAS)) {
    const script = fileURLToPath(new URL(`../helpers/${name}_child.ts`, import.meta.url));
    const args = ["run", "--quiet", "--no-check", "-A", script];
    const lines = [
      `command = ${JSON.stringify(Deno.execPath())}`,
      `args = ${JSON.stringify(args)}`,
      'env = { DENO_DIR = "${env:DENO_DIR}" }',
    ];
    writeFileSync(join(home, "upstreams", `${name}.toml`), lines.join("\n"));
  }
}

testOnBoth(
  "servers on both SDKs are mounted, called, and may ask mcp:160 mcp:163",
  async (runtime) => {
    using home = tempHome();
    writeUpstreams(home.path);
    await using server = await startServer(runtime, home.path, [], {
      DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "", ".cache", "deno"),
    });
    const { post } = clientOf((request) => fetch(request), server.firstLine);
    // deno-lint-ignore no-explicit-any
    const statusOf = async (): Promise<any[]> =>
      (await (await fetch(`${server.firstLine}/health`)).json()).upstreams ?? [];
    const lastMs = performance.now() + 30_000;
    let states = await statusOf();
    while (!states.every(({ state }) => state === "ready") && performance.now() < lastMs) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      states = await statusOf();
    }
    assert.deepEqual(states.map(({ name, era, state }) => [name, era, state]), [
      ["sdk1", "legacy", "ready"],
      ["sdk2", "modern", "ready"],
    ], JSON.stringify(states));
    const initialize = initializeRequest("2025-11-25");
    Object.assign(initialize.params as object, { capabilities: { elicitation: {} } });
    const opened = await post(initialize);
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "", ...STREAMS };
    await opened.body?.cancel();
    await (await post(notification("notifications/initialized"), session)).body?.cancel();
    const { result } = await (await post(rpc("tools/list"), session)).json();
    for (const name of Object.keys(ERAS)) {
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
