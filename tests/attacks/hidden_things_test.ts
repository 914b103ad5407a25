// Attack: a principal of the server looks for what it may not see: tools, prompts and namespaces that
// need a role it has not. What is hidden must look like what is not there, whichever way it is asked for.

import assert from "node:assert/strict";
import { postModern } from "../helpers/modern_client.ts";
import { testOnBoth } from "../helpers/runtimes.ts";
import { call, initializeRequest, rpc } from "../helpers/test_app.ts";
import { startVictim, type Victim } from "./_victim.ts";

const CONFIG = `
[[auth.access]]
tools = ["memory_delete", "skill_*"]
roles = ["admin"]

[[auth.access]]
prompts = ["car_context"]
roles = ["admin"]

[[auth.access]]
namespaces = ["vault"]
roles = ["admin"]
`;

const HIDDEN_NAMES = /"name":"(memory_delete|skill_\w+|car_context)"|vault|zebra/;

interface Watched {
  readonly victim: Victim;
  readonly admin: string;
  /** Has no role, and may be anywhere else. */
  readonly plain: string;
  /** Asks as that one, in the older era; gives the whole answer as text. */
  ask(body: unknown, headers?: Record<string, string>): Promise<string>;
  /** The same in the newer era. */
  askModern(method: string, params?: Record<string, unknown>): Promise<string>;
}

async function watched(victim: Victim): Promise<Watched> {
  const admin = victim.give("ann", { roles: ["admin"] });
  const plain = victim.give("mallory");
  await victim.use("memory_add_fact", {
    subject: "zebra",
    body: "zebra of the vault",
    tenant_id: "vault",
  }, admin);
  await victim.use("skill_ingest", { name: "knot", description: "a", code: "b" }, admin);
  const authorization = `Bearer ${plain}`;
  return {
    victim,
    admin,
    plain,
    async ask(body, headers = {}) {
      return await (await victim.post(body, { authorization, ...headers })).text();
    },
    async askModern(method, params = {}) {
      const headers = { authorization, accept: "application/json" };
      return await (await postModern(victim, method, params, { headers })).text();
    },
  };
}

function startWatched(runtime: Parameters<typeof startVictim>[0]): Promise<Victim> {
  return startVictim(runtime, { isGuarded: true, files: { "config.toml": CONFIG } });
}

testOnBoth("nothing that lists names what is hidden mcp:172 mcp:173", async (runtime) => {
  await using victim = await startWatched(runtime);
  const { ask, askModern } = await watched(victim);
  const uri = "car://memory/status";
  const ref = { type: "ref/resource", uri: "car://memory/fact/{id}" };
  const methods: [string, Record<string, unknown>?][] = [
    ["tools/list"],
    ["prompts/list"],
    ["resources/list"],
    ["resources/templates/list"],
    ["resources/read", { uri }],
    ["completion/complete", { ref, argument: { name: "id", value: "" } }],
  ];
  for (const [method, params] of methods) {
    // Templates belong to all that is there, and say nothing of what there is.
    const isTemplates = method === "resources/templates/list";
    for (const text of [await ask(rpc(method, params)), await askModern(method, params)]) {
      assert.match(text, /"result"/, method);
      if (!isTemplates) assert.doesNotMatch(text, HIDDEN_NAMES, method);
    }
  }
  assert.doesNotMatch(
    await ask(initializeRequest("2025-11-25")),
    HIDDEN_NAMES,
  );
  for (const query of ["zebra", "vault", ""]) {
    for (const tool of ["memory_query", "memory_history", "memory_build_context"]) {
      const text = await ask(
        call(tool, tool === "memory_history" ? { subject: query } : { query }),
      );
      assert.ok(!text.includes("of the vault"), tool);
    }
  }
});

testOnBoth("what is hidden is answered as what is not there mcp:172", async (runtime) => {
  await using victim = await startWatched(runtime);
  const { ask, askModern, admin } = await watched(victim);
  const { facts } = await victim.use("memory_query", { query: "", tenant_id: "vault" }, admin);
  const hiddenId: string = facts[0].id;
  const missingId = hiddenId.slice(0, -4) + (hiddenId.endsWith("0000") ? "1111" : "0000");
  const pairs: (readonly [string, string, (name: string) => readonly [string, object]])[] = [
    ["memory_delete", "memory_forget", (name) => ["tools/call", { name, arguments: { id: "x" } }]],
    ["memory_delete", "memory_forget", (name) => ["tools/call", { name, arguments: { id: 7 } }]],
    ["memory_delete", "memory_forget", (name) => ["tools/call", {
      name,
      arguments: { id: "x", tenant_id: "y" },
    }]],
    ["skill_find", "skull_find", (name) => ["tools/call", { name }]],
    ["car_context", "cab_context", (name) => ["prompts/get", { name }]],
    ["car_context", "cab_context", (name) => ["completion/complete", {
      ref: { type: "ref/prompt", name },
      argument: { name: "mode", value: "" },
    }]],
    [hiddenId, missingId, (id) => ["resources/read", { uri: `car://memory/fact/${id}` }]],
    [hiddenId, missingId, (id) => ["tools/call", {
      name: "memory_history",
      arguments: { id },
    }]],
    [hiddenId, missingId, (id) => ["tools/call", {
      name: "memory_add_fact",
      arguments: { subject: "a", body: "b", supersedes: [id] },
    }]],
    ["memory_delete", "memory_forget", (tool) => ["tools/call", {
      name: "policy_check",
      arguments: { tool, parameters: {} },
    }]],
    ["memory_delete", "memory_forget", (tool) => ["tools/call", {
      name: "verify",
      arguments: { proposal: { actions: [{ id: "a", type: "tool_call", tool, parameters: {} }] } },
    }]],
  ];
  for (const [hidden, missing, request] of pairs) {
    const said = (text: string, name: string) => text.replaceAll(name, "NAME");
    const [method, ofHidden] = request(hidden);
    const [, ofMissing] = request(missing);
    const what = `${method} ${hidden} ${JSON.stringify(ofHidden)}`;
    for (
      const asked of [
        (params: object) => ask(rpc(method, { ...params })),
        (params: object) => askModern(method, { ...params }),
      ]
    ) {
      assert.equal(
        said(await asked(ofHidden), hidden),
        said(await asked(ofMissing), missing),
        what,
      );
    }
  }
});

testOnBoth(
  "a namespace that is hidden is as good as closed, whether it is there or not",
  async (runtime) => {
    await using victim = await startWatched(runtime);
    const { ask } = await watched(victim);
    const closed = victim.give("carl", { namespaces: ["his"] });
    for (const tool of ["memory_query", "memory_add_fact"]) {
      const args = tool === "memory_query" ? { query: "zebra" } : { subject: "a", body: "b" };
      const text = await ask(call(tool, { ...args, tenant_id: "vault" }));
      assert.match(text, /not open to this caller/, text);
      const texts = await Promise.all(["vault", "vaurl"].map(async (tenant_id) => {
        const headers = { authorization: `Bearer ${closed}` };
        const answer = await ask(call(tool, { ...args, tenant_id }), headers);
        return answer.replaceAll(tenant_id, "NAME");
      }));
      assert.equal(texts[0], texts[1]);
    }
    const headers = { "car-namespace": "vault" };
    for (const method of ["tools/list", "resources/list", "prompts/list"]) {
      assert.doesNotMatch(await ask(rpc(method), headers), /zebra/, method);
    }
  },
);

testOnBoth("a principal does not see that others write", async (runtime) => {
  await using victim = await startWatched(runtime);
  const { admin } = await watched(victim);
  const closed = victim.give("carl", { namespaces: ["his"] });
  const headers = { authorization: `Bearer ${closed}` };
  const status = async () =>
    await (await victim.post(rpc("resources/read", { uri: "car://memory/status" }), headers))
      .text();
  const before = await status();
  assert.match(before, /his/);
  for (const tenant_id of ["vault", "other"]) {
    await victim.use("memory_add_fact", { subject: "more", body: "more", tenant_id }, admin);
  }
  assert.equal(await status(), before);
});
