// What the stateless revisions say around lists and reads, and which methods may ask.

import assert from "node:assert/strict";
import type { CallContext } from "../../src/rpc/context.ts";
import { definePrompt } from "../../src/tools/prompt.ts";
import type { ResourceProvider } from "../../src/tools/resource_provider.ts";
import { ADA, WHO } from "../helpers/asking_rounds.ts";
import { postModern } from "../helpers/modern_client.ts";
import { assertRpcError, resultOf, testApp } from "../helpers/test_app.ts";

const ask = async (context: CallContext) => {
  const { content } = await context.ask(WHO);
  return String(content?.["name"]);
};
const ASKING_PROMPT = definePrompt({
  name: "asking",
  title: "Asking",
  description: "Asks who is there",
  arguments: {
    whom: {
      description: "Who",
      complete: async (_request, context) => ({
        values: [await ask(context)],
        total: 1,
        hasMore: false,
      }),
    },
  },
  run: async (_values, context) => ({
    messages: [{ role: "user", content: { type: "text", text: await ask(context) } }],
  }),
});
const ASKING_RESOURCE: ResourceProvider = {
  name: "asking",
  list: () => ({ resources: [{ uri: "ask://one", name: "one" }] }),
  templates: () => [],
  read: async (uri, context) =>
    uri === "ask://one" ? [{ uri, text: await ask(context) }] : undefined,
};
const PARTS = { prompts: [ASKING_PROMPT], resources: [ASKING_RESOURCE] };
const CAPABILITIES = { elicitation: {} };

Deno.test("lists, reads and discover say how long they hold and for whom mcp:114", async () => {
  await using server = await testApp(PARTS);
  const scopes: Record<string, string> = {
    "server/discover": "public",
    "tools/list": "public",
    "prompts/list": "public",
    "resources/list": "private",
    "resources/templates/list": "private",
  };
  for (const [method, scope] of Object.entries(scopes)) {
    const { ttlMs, cacheScope, resultType } = await resultOf(await postModern(server, method));
    assert.equal(resultType, "complete");
    assert.equal(cacheScope, scope, method);
    assert.ok(Number.isSafeInteger(ttlMs) && ttlMs >= 0);
  }
});

Deno.test("what a resource holds is the caller's own and is kept by nobody mcp:114", async () => {
  await using server = await testApp();
  const read = await resultOf(
    await postModern(server, "resources/read", { uri: "car://memory/status" }),
  );
  assert.deepEqual([read.ttlMs, read.cacheScope], [0, "private"]);
});

Deno.test("a stateless client learns of an unknown resource by -32602 and its uri mcp:119 mcp:146", async () => {
  await using server = await testApp(PARTS);
  const uri = "ask://two";
  const response = await postModern(server, "resources/read", { uri });
  const { error } = await assertRpcError(response, 200, -32602);
  assert.deepEqual(error.data, { uri });
});

Deno.test("a cursor that was never given out is -32602 mcp:120", async () => {
  await using server = await testApp(PARTS);
  for (
    const method of ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]
  ) {
    for (const cursor of ["", "x", 7, null]) {
      await assertRpcError(await postModern(server, method, { cursor }), 200, -32602);
    }
  }
});

Deno.test("a prompt and a resource may ask, and complete with the answer mcp:127 mcp:128", async () => {
  await using server = await testApp(PARTS);
  const asking = [["prompts/get", { name: "asking" }], ["resources/read", {
    uri: "ask://one",
  }]] as const;
  for (const [method, params] of asking) {
    const send = (more: Record<string, unknown> = {}) =>
      postModern(server, method, { ...params, ...more }, { capabilities: CAPABILITIES });
    const { resultType, requestState, ttlMs } = await resultOf(await send());
    assert.equal(resultType, "input_required");
    assert.equal(ttlMs, undefined);
    const done = await resultOf(await send({ requestState, inputResponses: { answer: ADA } }));
    assert.equal(done.resultType, "complete");
    assert.ok(JSON.stringify(done).includes("Ada"));
  }
});

Deno.test("lists, discover and completion never answer input_required mcp:132", async () => {
  await using server = await testApp(PARTS);
  const params = {
    ref: { type: "ref/prompt", name: "asking" },
    argument: { name: "whom", value: "A" },
  };
  const options = { capabilities: CAPABILITIES };
  const response = await postModern(server, "completion/complete", params, options);
  await assertRpcError(response, 200, -32603);
  for (const method of ["server/discover", "tools/list", "prompts/list", "resources/list"]) {
    // What a call carries means nothing here.
    const carried = { requestState: "x", inputResponses: { answer: ADA } };
    assert.equal(
      (await resultOf(await postModern(server, method, carried))).resultType,
      "complete",
    );
  }
});
