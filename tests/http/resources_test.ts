// Resources of an embedder on the wire: lists by pages, reading, and what is told of changes.

import assert from "node:assert/strict";
import type { ResourceProvider } from "../../src/tools/resource_provider.ts";
import { defineResource, defineResourceTemplate } from "../../src/tools/resource.ts";
import { assertRpcError, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";

const VERSION = "mcp-protocol-version";
const NOTE = defineResource({
  uri: "test://note",
  name: "note",
  title: "A note",
  mimeType: "text/plain",
  read: () => "words",
});
const PICTURE = defineResource({
  uri: "test://picture",
  name: "picture",
  mimeType: "image/png",
  read: () => Promise.resolve(new Uint8Array([137, 80, 78, 71])),
});
const DAY = defineResourceTemplate({
  uriTemplate: "test://day/{day}/text",
  name: "day",
  read: ({ day }) => day === "never" ? undefined : `what was on ${day}`,
});
const MANY: ResourceProvider = {
  name: "many",
  list({ after, limit }) {
    const start = typeof after === "number" ? after : 0;
    const end = Math.min(start + limit, 250);
    const resources = Array.from(
      { length: end - start },
      (_, at) => ({ uri: `many://${start + at}`, name: `${start + at}` }),
    );
    return { resources, ...(end < 250 ? { next: end } : {}) };
  },
  templates: () => [],
  read: () => undefined,
};

const list = (server: TestApp, params = {}, headers = {}) =>
  server.post(rpc("resources/list", params), headers);
const read = (server: TestApp, uri: unknown, headers = {}) =>
  server.post(rpc("resources/read", { uri }), headers);

async function pagesOf(server: TestApp, headers = {}): Promise<readonly string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  for (;;) {
    const params = cursor === undefined ? {} : { cursor };
    const page = await resultOf(await list(server, params, headers));
    pages.push(page.resources.map(({ uri }: { uri: string }) => uri));
    cursor = page.nextCursor;
    if (cursor === undefined) return pages;
  }
}

Deno.test("resources/read gives text as it is and bytes as base64", async () => {
  await using server = await testApp({ resources: [NOTE, PICTURE, DAY] });
  assert.deepEqual(await resultOf(await read(server, "test://note")), {
    contents: [{ uri: "test://note", mimeType: "text/plain", text: "words" }],
  });
  assert.deepEqual(await resultOf(await read(server, "test://picture")), {
    contents: [{ uri: "test://picture", mimeType: "image/png", blob: "iVBORw==" }],
  });
  assert.deepEqual(await resultOf(await read(server, "test://day/today/text")), {
    contents: [{ uri: "test://day/today/text", text: "what was on today" }],
  });
});

Deno.test("resources/read of an unknown URI is -32002 with the URI mcp:146", async () => {
  await using server = await testApp({ resources: [NOTE, DAY] });
  for (const uri of ["test://nothing", "test://day/never/text", "test://note ", ""]) {
    const { error } = await assertRpcError(await read(server, uri), 200, -32002);
    assert.deepEqual(error.data, { uri });
  }
  await assertRpcError(await read(server, 7), 200, -32602);
  await assertRpcError(await server.post(rpc("resources/read")), 200, -32602);
});

Deno.test("a URI that is longer than its limit names no resource", async () => {
  const asked: string[] = [];
  const any: ResourceProvider = {
    name: "any",
    list: () => ({ resources: [] }),
    templates: () => [],
    read(uri) {
      asked.push(uri);
      return [{ uri, text: "" }];
    },
    canonicalUri(uri) {
      asked.push(uri);
      return uri;
    },
  };
  const environment = { CAR_LIMITS_URI_CHARS_MAX: "256" };
  await using server = await testApp({ environment, resources: [any] });
  const longest = "test://" + "u".repeat(249);
  assert.equal((await resultOf(await read(server, longest))).contents[0].uri, longest);
  const { error } = await assertRpcError(await read(server, longest + "u"), 200, -32002);
  assert.equal(error.data, undefined);
  const session = await server.open();
  const subscribe = async (method: string, uri: string) =>
    await session.post(rpc(`resources/${method}`, { uri }));
  await resultOf(await subscribe("subscribe", longest));
  for (const method of ["subscribe", "unsubscribe"]) {
    const { error } = await assertRpcError(await subscribe(method, longest + "u"), 200, -32602);
    assert.match(error.message, /"uri" has 257 characters; allowed: at most 256/);
  }
  assert.deepEqual([...new Set(asked)], [longest]);
});

Deno.test("resources/templates/list gives the templates on one page", async () => {
  await using server = await testApp({ resources: [NOTE, DAY] });
  const templates = async (params = {}) =>
    await server.post(rpc("resources/templates/list", params));
  const { resourceTemplates } = await resultOf(await templates());
  assert.deepEqual(
    resourceTemplates.filter(({ uriTemplate }: { uriTemplate: string }) =>
      uriTemplate.startsWith("test:")
    ),
    [{ uriTemplate: "test://day/{day}/text", name: "day" }],
  );
  await assertRpcError(await templates({ cursor: "x" }), 200, -32602);
});

Deno.test("resources/list leads through the lists of all providers, by pages of 100", async () => {
  await using server = await testApp({ resources: [NOTE, MANY, PICTURE] });
  const pages = await pagesOf(server);
  const uris = pages.flat().filter((uri) => !uri.startsWith("car:"));
  assert.deepEqual(uris, [
    "test://note",
    ...Array.from({ length: 250 }, (_, at) => `many://${at}`),
    "test://picture",
  ]);
  assert.deepEqual(pages.slice(0, -1).map((page) => page.length), [100, 100]);
});

Deno.test("resources/list has many small lists on one page, and short pages have an end", async () => {
  const small = Array.from(
    { length: 60 },
    (_, at) => defineResource({ uri: `small://${at}`, name: `${at}`, read: () => "" }),
  );
  const asked: unknown[] = [];
  const short: ResourceProvider = {
    ...MANY,
    name: "short",
    list({ after }) {
      asked.push(after);
      const at = typeof after === "number" ? after : 0;
      return { resources: [], ...(at < 40 ? { next: at + 1 } : {}) };
    },
  };
  await using server = await testApp({ resources: [...small, short, NOTE] });
  const pages = await pagesOf(server);
  assert.equal(pages[0]?.filter((uri) => uri.startsWith("small://")).length, 60);
  assert.ok(pages.length > 2, `${pages.length} pages`);
  assert.ok(pages.flat().includes(NOTE.name));
  assert.equal(asked.length, 41);
});

Deno.test("a cursor that was changed or made for another list is refused mcp:120", async () => {
  await using server = await testApp({ resources: [MANY] });
  const { nextCursor } = await resultOf(await list(server));
  assert.equal(typeof nextCursor, "string");
  assert.doesNotMatch(nextCursor, /many/);
  const changed = nextCursor.slice(0, -1) + (nextCursor.endsWith("A") ? "B" : "A");
  for (const cursor of [changed, "", "x", 7, null, nextCursor + nextCursor, `${nextCursor} `]) {
    await assertRpcError(await list(server, { cursor }), 200, -32602);
  }
  await assertRpcError(await server.post(rpc("prompts/list", { cursor: nextCursor })), 200, -32602);
  // Another namespace has another list.
  const headers = { "car-namespace": "other" };
  await assertRpcError(await list(server, { cursor: nextCursor }, headers), 200, -32602);
});

Deno.test("a cursor leads on after a restart", async () => {
  await using first = await testApp({ resources: [MANY] });
  const { nextCursor } = await resultOf(await list(first));
  await first.app.stop();
  await using second = await testApp({
    resources: [MANY],
    environment: { CAR_HOME: first.home },
  });
  const { resources } = await resultOf(await list(second, { cursor: nextCursor }));
  assert.ok(resources[0].uri.startsWith("many://"));
});

Deno.test("resources/list shows an older client no titles", async () => {
  await using server = await testApp({ resources: [NOTE] });
  const titled = async (version: string) => {
    const { resources } = await resultOf(await list(server, {}, { [VERSION]: version }));
    return resources.filter(({ uri }: { uri: string }) => uri === NOTE.name);
  };
  const { title, ...rest } = (await titled("2025-06-18"))[0];
  assert.equal(title, "A note");
  assert.deepEqual(await titled("2025-03-26"), [rest]);
});

Deno.test("a resource that fails is a fault of ours, without its words mcp:121", async () => {
  const lines: string[] = [];
  const failing = defineResource({
    uri: "test://failing",
    name: "failing",
    read: () => Promise.reject(new Error("the secret is out")),
  });
  await using server = await testApp({
    resources: [failing],
    writeLog: (line) => lines.push(line),
  });
  const { error } = await assertRpcError(await read(server, "test://failing"), 200, -32603);
  assert.equal(error.message, "Internal error");
  assert.doesNotMatch(lines.join("\n"), /secret/);
});
