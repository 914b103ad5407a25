import assert from "node:assert/strict";
import type { FakeChildPlan } from "../helpers/fake_plan.ts";
import { type Mounted, mounted } from "../helpers/mounted.ts";
import { assertRpcError, resultOf, rpc } from "../helpers/test_app.ts";

const PLAN: FakeChildPlan = {
  prompts: [{ name: "greet", description: "Greets", arguments: [{ name: "who", required: true }] }],
  resources: [
    { uri: "note://a", name: "a", mimeType: "text/plain", size: 3 },
    { uri: "note://missing", name: "gone" },
    { name: "no uri" },
  ],
  templates: [{ uriTemplate: "note://{id}/part/{part}", name: "parts" }],
};

async function ask({ server }: Mounted, method: string, params: Record<string, unknown> = {}) {
  const session = await server.open();
  return await session.post(rpc(method, params));
}

for (const era of ["legacy", "modern"] as const) {
  Deno.test(`prompts of a mounted server are listed, written and completed: ${era}`, async () => {
    await using box = await mounted({ box: { ...PLAN, era } });
    const { prompts } = await resultOf(await ask(box, "prompts/list"));
    const { name, ...rest } = prompts.at(-1);
    assert.deepEqual([name, rest], ["mcp_box_greet", {
      description: "Greets",
      arguments: [{ name: "who", required: true }],
    }]);
    const args = { name, arguments: { who: "Ada" } };
    const { messages } = await resultOf(await ask(box, "prompts/get", args));
    const { name: asked, arguments: given } = JSON.parse(messages[0].content.text);
    assert.deepEqual([asked, given], ["greet", { who: "Ada" }]);
    const { completion } = await resultOf(
      await ask(box, "completion/complete", {
        ref: { type: "ref/prompt", name },
        argument: { name: "who", value: "A" },
      }),
    );
    assert.deepEqual(completion, { values: ["A1"], total: 1, hasMore: false });
  });

  Deno.test(`resources of a mounted server are listed and read under their URIs: ${era}`, async () => {
    await using box = await mounted({ box: { ...PLAN, era } });
    const { resources } = await resultOf(await ask(box, "resources/list"));
    const uris = resources.map(({ uri }: { uri: string }) => uri);
    const mountedUris = uris.filter((uri: string) => uri.startsWith("note:"));
    assert.deepEqual(mountedUris, ["note://a", "note://missing"]);
    const { resourceTemplates } = await resultOf(await ask(box, "resources/templates/list"));
    const texts = resourceTemplates.map((one: { uriTemplate: string }) => one.uriTemplate);
    assert.ok(texts.includes("note://{id}/part/{part}"));
    for (const uri of ["note://a", "note://x/part/7"]) {
      const { contents } = await resultOf(await ask(box, "resources/read", { uri }));
      assert.deepEqual(contents, [{ uri, text: `body of ${uri}` }]);
    }
    for (const uri of ["note://missing", "note://other", "note://x/par/7"]) {
      await assertRpcError(await ask(box, "resources/read", { uri }), 200, -32002);
    }
  });
}

Deno.test("a server that refuses a list is mounted without it, and of one URI the first has it", async () => {
  const { templates: _, ...plan } = PLAN;
  await using box = await mounted({ b: plan, a: plan });
  assert.deepEqual(box.mounts.status().map(({ state }) => state), ["ready", "ready"]);
  const { resourceTemplates } = await resultOf(await ask(box, "resources/templates/list"));
  assert.ok(resourceTemplates.every(({ name }: { name: string }) => name !== "parts"));
  const { resources } = await resultOf(await ask(box, "resources/list"));
  const found = resources.filter(({ uri }: { uri: string }) => uri === "note://a");
  assert.equal(found.length, 1);
  const { prompts } = await resultOf(await ask(box, "prompts/list"));
  const names = prompts.map(({ name }: { name: string }) => name).slice(-2);
  assert.deepEqual(names, ["mcp_a_greet", "mcp_b_greet"]);
});

Deno.test("what a server that is given up offered is gone, and lists are told to have changed", async () => {
  await using box = await mounted({ box: { ...PLAN, tools: ["die"] } }, {
    limits: { upstreamRestartsMax: 0 },
  });
  const changed = Promise.withResolvers<void>();
  box.mounts.prompts.onChange(changed.resolve);
  await box.call("mcp_box_die");
  await changed.promise;
  assert.deepEqual(box.mounts.prompts.list(), []);
  await assertRpcError(await ask(box, "resources/read", { uri: "note://a" }), 200, -32002);
});
