import assert from "node:assert/strict";
import { defineTool } from "../../src/app.ts";
import { bearer, type GuardedApp, guardedApp } from "../helpers/guarded_app.ts";
import { postModern } from "../helpers/modern_client.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { call, rpc } from "../helpers/test_app.ts";
import { z } from "zod";

// deno-lint-ignore no-explicit-any -- the tests look at what they asked for
type Answer = any;

async function asked(
  server: GuardedApp,
  token: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await server.post(body, { ...bearer(token), ...headers });
  assert.equal(response.status, 200);
  return await response.json();
}

async function toolNames(server: GuardedApp, token: string, headers = {}): Promise<string[]> {
  const { result } = await asked(server, token, rpc("tools/list"), headers);
  return result.tools.map(({ name }: { name: string }) => name);
}

const UNKNOWN_TOOL = { code: -32602, message: "Unknown tool" };

Deno.test("Access hides what a role is needed for, and calls it unknown mcp:172", async () => {
  await using server = await guardedApp({
    rules: [
      { tools: ["memory_delete"], roles: ["admin", "editor"] },
      { prompts: ["car_context"], roles: ["admin"] },
      { resources: ["car://memory/status"], roles: ["admin"] },
    ],
  });
  const admin = server.give("ann", { roles: ["admin"] }).token;
  const plain = server.give("bob").token;
  assert.ok((await toolNames(server, admin)).includes("memory_delete"));
  assert.ok(!(await toolNames(server, plain)).includes("memory_delete"));
  const refused = await asked(server, plain, call("memory_delete", { id: "x" }));
  const unknown = await asked(server, plain, call("no_such_tool", { id: "x" }));
  assert.deepEqual(refused, unknown);
  assert.deepEqual(refused.error, UNKNOWN_TOOL);
  const prompts = await asked(server, plain, rpc("prompts/list"));
  assert.ok(!JSON.stringify(prompts).includes("car_context"));
  const prompt = await asked(server, plain, rpc("prompts/get", { name: "car_context" }));
  const noPrompt = await asked(server, plain, rpc("prompts/get", { name: "none" }));
  assert.deepEqual(prompt, noPrompt);
  const resources = await asked(server, plain, rpc("resources/list"));
  assert.ok(!JSON.stringify(resources).includes("car://memory/status"));
  const read = await asked(server, plain, rpc("resources/read", { uri: "car://memory/status" }));
  assert.equal(read.error.message, "Resource not found");
  const adminRead = await asked(
    server,
    admin,
    rpc("resources/read", { uri: "car://memory/status" }),
  );
  assert.ok(adminRead.result);
});

Deno.test("Access hides a resource however its URI is written mcp:172", async () => {
  await using server = await guardedApp({
    rules: [{ resources: ["car://memory/fact/secret-*"], roles: ["admin"] }],
  });
  const admin = server.give("ann", { roles: ["admin"] }).token;
  const plain = server.give("bob").token;
  for (const id of ["secret-1", "open-1"]) {
    await asked(
      server,
      admin,
      call("memory_add_fact", { id, subject: "s", body: `body of ${id}` }),
    );
  }
  const read = (token: string, uri: string) => asked(server, token, rpc("resources/read", { uri }));
  const spellings = ["secret-1", "%73ecret-1", "secret%2D1", "%20secret-1", "secret-1%0A"];
  for (const spelling of spellings) {
    const uri = `car://memory/fact/${spelling}`;
    assert.match(JSON.stringify(await read(admin, uri)), /body of secret-1/, uri);
    assert.equal((await read(plain, uri)).error?.message, "Resource not found", uri);
  }
  assert.ok((await read(plain, "car://memory/fact/open-1")).result);
  const completed = async (token: string) => {
    const ref = { type: "ref/resource", uri: "car://memory/fact/{id}" };
    const params = { ref, argument: { name: "id", value: "" } };
    return (await asked(server, token, rpc("completion/complete", params))).result.completion;
  };
  const forAdmin = await completed(admin);
  assert.deepEqual(forAdmin.values.toSorted(), ["open-1", "secret-1"]);
  assert.equal(forAdmin.total, 2);
  assert.deepEqual(await completed(plain), { values: ["open-1"], hasMore: false });

  const response = await postModern(
    server,
    "subscriptions/listen",
    {
      notifications: {
        resourceSubscriptions: spellings.map((spelling) => `car://memory/fact/${spelling}`),
        toolsListChanged: true,
      },
    },
    { headers: bearer(plain) },
  );
  const reader = new SseReader(response);
  const { params } = await reader.next();
  assert.equal(params.notifications.resourceSubscriptions, undefined);
  await reader.close();
});

Deno.test("Access hides a tool from the tools that speak of tools mcp:172", async () => {
  await using server = await guardedApp({
    rules: [{ tools: ["memory_delete"], roles: ["admin"] }],
  });
  const plain = server.give("bob").token;
  const admin = server.give("ann", { roles: ["admin"] }).token;
  const plan = {
    proposal: { actions: [{ id: "a", type: "tool_call", tool: "memory_delete", parameters: {} }] },
  };
  const forAdmin = JSON.stringify(await asked(server, admin, call("verify", plan)));
  const forOther = JSON.stringify(await asked(server, plain, call("verify", plan)));
  assert.notEqual(forAdmin, forOther);
});

Deno.test("listTools() differs by principal, and no cache may share it mcp:173", async () => {
  await using server = await guardedApp({
    rules: [{ tools: ["skill_*"], roles: ["trainer"] }],
  });
  const trainer = server.give("ann", { roles: ["trainer"] }).token;
  const reader = server.give("bob", {
    permissions: ["tools:call:memory_query", "resources:read"],
  }).token;
  const plain = server.give("cid").token;
  assert.ok((await toolNames(server, trainer)).includes("skill_find"));
  assert.ok(!(await toolNames(server, plain)).includes("skill_find"));
  assert.deepEqual(await toolNames(server, reader), ["memory_query"]);
  for (const method of ["tools/list", "prompts/list", "server/discover"]) {
    const response = await postModern(server, method, {}, { headers: bearer(plain) });
    const { result } = await response.json();
    assert.equal(result.cacheScope, "private", method);
  }
});

Deno.test("Access lets a parent permission stand for its children", async () => {
  await using server = await guardedApp();
  const wide = server.give("ann", { permissions: ["tools", "resources"] }).token;
  const narrow = server.give("bob", { permissions: ["tools:call:verify"] }).token;
  const none = server.give("cid", { permissions: ["memory"] }).token;
  assert.ok((await toolNames(server, wide)).length > 10);
  assert.deepEqual(await toolNames(server, narrow), ["verify"]);
  assert.deepEqual(await toolNames(server, none), []);
  const refused = await asked(server, narrow, call("memory_query", { query: "x" }));
  assert.deepEqual(refused.error, UNKNOWN_TOOL);
  const read = await asked(server, narrow, rpc("resources/read", { uri: "car://memory/status" }));
  assert.equal(read.error.message, "Resource not found");
});

Deno.test("Access holds a principal to its namespaces", async () => {
  await using server = await guardedApp();
  const ann = server.give("ann", { namespaces: ["web", "shared/*"] }).token;
  const bob = server.give("bob").token;
  const added = await asked(server, ann, call("memory_add_fact", { subject: "s", body: "b" }));
  assert.ok(!added.result.isError);
  const inWeb = await asked(server, bob, call("memory_query", { query: "s", tenant_id: "web" }));
  assert.equal(JSON.parse(inWeb.result.content[0].text).length, 1);
  const shared = call("memory_add_fact", { subject: "s", body: "b", tenant_id: "shared/a" });
  assert.ok(!(await asked(server, ann, shared)).result.isError);
  for (const tenant of ["default", "shared", "sharedness", "web/x", "other"]) {
    const answer = await asked(
      server,
      ann,
      call("memory_query", { query: "s", tenant_id: tenant }),
    );
    assert.equal(answer.result.isError, true, tenant);
    assert.match(answer.result.content[0].text, /not open to this caller/);
    const headers = { "car-namespace": tenant };
    const named = await asked(server, ann, call("memory_query", { query: "s" }), headers);
    assert.ok(named.error ?? named.result.isError, tenant);
    assert.deepEqual(await toolNames(server, ann, headers), [], tenant);
  }
});

Deno.test("Access holds every nested namespace of a call to the rules", async () => {
  await using server = await guardedApp({
    rules: [
      { namespaces: ["prod", "prod/*"], tools: ["memory_*"], roles: ["operator"] },
      { namespaces: ["secret"], roles: ["cleared"] },
    ],
  });
  const plain = server.give("bob").token;
  const cases = [{ id: "a", request: { query: "x", tenant_id: "prod" } }];
  const evaluated = await asked(server, plain, call("memory_evaluate", { cases }));
  assert.equal(evaluated.result.isError, true);
  for (const tenant of ["prod", "prod/eu", "secret"]) {
    const answer = await asked(
      server,
      plain,
      call("memory_query", { query: "x", tenant_id: tenant }),
    );
    assert.equal(answer.result.isError, true, tenant);
  }
  const headers = { "car-namespace": "secret" };
  const read = await asked(
    server,
    plain,
    rpc("resources/read", { uri: "car://memory/status" }),
    headers,
  );
  assert.ok(read.error);
  const operator = server.give("ann", { roles: ["operator", "cleared"] }).token;
  const secret = call("memory_add_fact", { subject: "s", body: "b", tenant_id: "secret" });
  assert.ok(!(await asked(server, operator, secret)).result.isError);
  const { result } = await asked(
    server,
    plain,
    rpc("resources/read", {
      uri: "car://memory/status",
    }),
  );
  assert.ok(!JSON.parse(result.contents[0].text).namespaces.includes("secret"));
  const allowed = await asked(server, operator, call("memory_evaluate", { cases }));
  assert.ok(!allowed.result.isError);
});

Deno.test("Admission asks for what the owner of a tool needs", async () => {
  const tool = defineTool({
    name: "deploy",
    title: "Deploy",
    description: "Deploys.",
    input: z.object({}),
    needs: { roles: ["operator"] },
    run: () => ({ text: "done" }),
  });
  await using server = await guardedApp({ tools: [tool] });
  const plain = server.give("bob").token;
  const operator = server.give("ann", { roles: ["operator"] }).token;
  assert.deepEqual((await asked(server, plain, call("deploy"))).error, UNKNOWN_TOOL);
  const { result } = await asked(server, operator, call("deploy"));
  assert.equal(result.content[0].text, "done");
});

Deno.test("Listeners honour no resource that is hidden", async () => {
  await using server = await guardedApp({
    rules: [{ resources: ["car://memory/fact/*"], roles: ["reader"] }],
  });
  const plain = server.give("bob").token;
  const uris = ["car://memory/fact/1", "car://memory/status"];
  const response = await postModern(
    server,
    "subscriptions/listen",
    { notifications: { resourceSubscriptions: uris } },
    { headers: bearer(plain) },
  );
  const reader = new SseReader(response);
  const { params } = await reader.next();
  assert.deepEqual(params.notifications.resourceSubscriptions, ["car://memory/status"]);
  await reader.close();
});

Deno.test("readProject() takes the folder of nobody but the user of this machine", async () => {
  await using server = await guardedApp();
  const plain = server.give("bob").token;
  const headers = { ...bearer(plain), "car-project": "no absolute path" };
  const ignored = await server.post(rpc("ping"), headers);
  assert.equal(ignored.status, 200);
  await ignored.body?.cancel();
});

Deno.test("Admission shows each namespace its own list, however often one lists", async () => {
  await using server = await guardedApp({
    rules: [{ namespaces: ["prod"], tools: ["memory_delete"], roles: ["admin"] }],
  });
  const plain = server.give("bob").token;
  const inProd = { "car-namespace": "prod" };
  for (let round = 0; round < 3; round++) {
    assert.ok((await toolNames(server, plain)).includes("memory_delete"));
    assert.ok(!(await toolNames(server, plain, inProd)).includes("memory_delete"));
  }
});
