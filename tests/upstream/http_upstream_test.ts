import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { defineResourceTemplate } from "../../src/tools/resource.ts";
import { openAsking, TAKES_STREAMS } from "../helpers/asking_session.ts";
import { mounted } from "../helpers/mounted.ts";
import { type ScriptedServer, serveScript, sseResponse } from "../helpers/scripted_server.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { call, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";

const ASKING = talkingTool("asking", async (context) => {
  context.progress({ progress: 1, total: 2 });
  return await context.ask({
    kind: "form",
    message: "Who?",
    requestedSchema: { type: "object", properties: {} },
  });
});

/** A server of ours behind a socket; without stateless requests, if it is to be a legacy one. */
function serve(app: TestApp, isLegacy: boolean, seen: Request[] = []): ScriptedServer {
  return serveScript(async (request) => {
    seen.push(request.clone());
    const version = request.headers.get("mcp-protocol-version") ?? "";
    if (isLegacy && version >= "2026") return new Response("No", { status: 400 });
    const headers = new Headers(request.headers);
    // The port of the test's socket is none of the server's names.
    headers.delete("host");
    const { method, body } = request;
    return await app.app.fetch(new Request(app.app.url, { method, headers, body }));
  });
}

for (const era of ["legacy", "modern"] as const) {
  Deno.test(`a server over HTTP is mounted: ${era} mcp:160`, async () => {
    await using behind = await testApp({ tools: [ASKING] });
    await using web = serve(behind, era === "legacy");
    await using hub = await mounted({}, { urls: { web: web.url } });
    const [status] = hub.mounts.status();
    assert.equal(status?.state, "ready", status?.fault);
    assert.equal(status?.era, era);
    const fact = { subject: "größe ", body: "far away" };
    const added = await hub.call("mcp_web_memory_add_fact", fact);
    assert.match(added.content[0].text, /^fact remembered/);
    const found = await hub.answer("mcp_web_memory_query", { query: "größe" });
    assert.equal(found[0].body, "far away");
  });

  Deno.test(`questions and progress of a server over HTTP reach the caller: ${era} mcp:163`, async () => {
    await using behind = await testApp({ tools: [ASKING] });
    await using web = serve(behind, era === "legacy");
    await using hub = await mounted({}, { urls: { web: web.url } });
    const asking = await openAsking(hub.server, { capabilities: { elicitation: {} } });
    const request = call("mcp_web_asking");
    Object.assign(request.params as object, { _meta: { progressToken: "p" } });
    const stream = new SseReader(await asking.post(request, TAKES_STREAMS));
    assert.equal((await stream.next()).params.progressToken, "p");
    const question = await stream.next();
    assert.equal(question.params.message, "Who?");
    await asking.post({ jsonrpc: "2.0", id: question.id, result: { action: "cancel" } });
    const { result } = await stream.next();
    assert.match(result.content[0].text, /"action":"cancel"/);
    const declined = await hub.call("mcp_web_asking");
    assert.match(declined.content[0].text, era === "legacy" ? /"decline"/ : /did not declare/);
  });

  Deno.test(`a change of a resource of a server over HTTP reaches who wishes for it: ${era}`, async () => {
    const uriTemplate = "test://thing/{name}";
    const thing = defineResourceTemplate({ uriTemplate, name: "thing", read: () => "it" });
    await using behind = await testApp({ resources: [thing] });
    await using web = serve(behind, era === "legacy");
    await using hub = await mounted({}, { urls: { web: web.url } });
    const session = await hub.server.open();
    const listening = { accept: "text/event-stream", "mcp-session-id": session.id };
    const stream = new SseReader(await hub.server.send("GET", listening));
    const uri = "test://thing/a";
    await resultOf(await session.post(rpc("resources/subscribe", { uri })));
    let told: unknown;
    const telling = stream.next().then(({ params }) => told = params.uri);
    while (told === undefined) {
      // It is heard once the server behind has taken the wish.
      behind.app.publishChange({ kind: "resource", uri });
      await setImmediate();
    }
    assert.equal(await telling, uri);
    await stream.close();
  });
}

Deno.test("a legacy session over HTTP that is over is opened anew", async () => {
  const seen: Request[] = [];
  await using behind = await testApp();
  await using web = serve(behind, true, seen);
  await using hub = await mounted({}, { urls: { web: web.url } });
  const id = seen.at(-1)?.headers.get("mcp-session-id");
  assert.ok(id);
  await behind.send("DELETE", { "mcp-session-id": id });
  const lost = await hub.call("mcp_web_memory_query", { query: "x" });
  assert.equal(lost.isError, true);
  assert.deepEqual(await hub.answer("mcp_web_memory_query", { query: "x" }), []);
});

Deno.test("headers of the file go with every request, and nothing is redirected", async () => {
  const seen: Request[] = [];
  await using behind = await testApp();
  await using web = serve(behind, false, seen);
  await using hub = await mounted({}, {
    urls: { web: web.url },
    headers: { authorization: "Bearer t0ken" },
  });
  await hub.call("mcp_web_memory_query", { query: "x" });
  assert.ok(seen.length >= 3);
  for (const { headers } of seen) assert.equal(headers.get("authorization"), "Bearer t0ken");
  const called = seen.find(({ headers }) => headers.get("mcp-method") === "tools/call");
  assert.equal(called?.headers.get("mcp-name"), "memory_query");
  await using elsewhere = serveScript(() => Response.redirect(web.url, 307));
  const count = seen.length;
  await using other = await mounted({}, {
    urls: { web: elsewhere.url },
    limits: { upstreamRestartsMax: 0 },
  });
  assert.equal(other.mounts.status()[0]?.state, "failed");
  assert.equal(seen.length, count);
});

Deno.test("who is not let in is told so, and not taken for a legacy server", async () => {
  for (const status of [401, 403, 500]) {
    let requests = 0;
    await using web = serveScript(() => {
      requests++;
      return new Response("No", { status });
    });
    await using hub = await mounted({}, {
      urls: { web: web.url },
      limits: { upstreamRestartsMax: 0 },
    });
    assert.match(hub.mounts.status()[0]?.fault ?? "", new RegExp(`HTTP status ${status}`));
    assert.equal(requests, 1);
  }
});

Deno.test("an answer over HTTP that is too large, cut off or something else ends its call alone", async () => {
  const { answers, post } = scriptedTools();
  answers.set("large", () => Response.json(rpc("x", { text: "x".repeat(5_000_000) })));
  answers.set("cut", () => sseResponse([]));
  answers.set("other", () => new Response("<html>", { headers: { "content-type": "text/html" } }));
  answers.set("gone", () => new Response(null, { status: 502 }));
  await using web = serveScript(post);
  await using hub = await mounted({}, { urls: { web: web.url } });
  const complaints: readonly (readonly [string, RegExp])[] = [
    ["large", /more than 4194304 bytes/],
    ["cut", /stream ended without an answer/],
    ["other", /answered with something else/],
    ["gone", /HTTP status 502/],
  ];
  for (const [tool, complaint] of complaints) {
    const { isError, content } = await hub.call(`mcp_web_${tool}`);
    assert.equal(isError, true);
    assert.match(content[0].text, complaint);
  }
  assert.deepEqual(await hub.answer("mcp_web_fine"), "fine");
  assert.equal(hub.mounts.status()[0]?.state, "ready");
});

/** A stateless server whose tools answer with whole responses. */
function scriptedTools() {
  const answers = new Map<string, (id: unknown) => Response>();
  const complete = (id: unknown, result: Record<string, unknown>) =>
    Response.json({ jsonrpc: "2.0", id, result: { resultType: "complete", ...result } });
  answers.set("fine", (id) => complete(id, { content: [{ type: "text", text: '"fine"' }] }));
  const post = async (request: Request): Promise<Response> => {
    const { id, method, params } = z.looseObject({
      id: z.unknown(),
      method: z.string(),
      params: z.looseObject({ name: z.string().optional() }).optional(),
    }).parse(await request.json());
    if (method === "server/discover") {
      return complete(id, { supportedVersions: ["2026-07-28"], capabilities: { tools: {} } });
    }
    const tools = [...answers.keys()].map((name) => ({ name, inputSchema: { type: "object" } }));
    if (method === "tools/list") return complete(id, { tools });
    return answers.get(params?.name ?? "")?.(id) ?? new Response(null, { status: 404 });
  };
  return { answers, post };
}
