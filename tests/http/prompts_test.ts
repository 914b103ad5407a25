// Prompts and completion on the wire.

import assert from "node:assert/strict";
import type { ContentBlock } from "../../src/protocol/content.ts";
import { completionAmong } from "../../src/tools/completion.ts";
import { definePrompt } from "../../src/tools/prompt.ts";
import { defineResourceTemplate } from "../../src/tools/resource.ts";
import { assertRpcError, resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";

const VERSION = "mcp-protocol-version";

const GREET = definePrompt({
  name: "greet",
  title: "Greet somebody",
  description: "Writes a greeting",
  arguments: {
    who: {
      description: "Who is greeted",
      required: true,
      complete: ({ prefix, others }) =>
        completionAmong(["Ada", "Adele", `friend of ${others.get("tone") ?? "nobody"}`], prefix),
    },
    tone: { description: "In what tone", choices: ["warm", "formal"] },
  },
  run: ({ who, tone = "plain" }) => ({
    messages: [{ role: "user", content: { type: "text", text: `${tone}: ${who}` } }],
  }),
});
const BLOCKS: readonly ContentBlock[] = [
  { type: "text", text: "words" },
  { type: "image", data: "aGk=", mimeType: "image/png" },
  { type: "audio", data: "aGk=", mimeType: "audio/wav" },
  { type: "resource", resource: { uri: "test://note", text: "words" } },
  { type: "resource_link", uri: "test://note", name: "note" },
];
const SHOW = definePrompt({
  name: "show",
  title: "Show",
  description: "Shows a block of each kind",
  arguments: {},
  run: () =>
    Promise.resolve({
      messages: BLOCKS.map((content) => ({ role: "assistant" as const, content })),
    }),
});
const LETTERS = defineResourceTemplate({
  uriTemplate: "test://letter/{letter}",
  name: "letter",
  read: ({ letter }) => letter,
  complete: {
    letter: (prefix) =>
      completionAmong(Array.from({ length: 150 }, (_, at) => `l${1000 + at}`), prefix),
  },
});

const get = (server: TestApp, params: Record<string, unknown>, headers = {}) =>
  server.post(rpc("prompts/get", params), headers);

async function complete(
  server: TestApp,
  ref: Record<string, unknown>,
  [name, value]: readonly [string, string],
  context?: Record<string, unknown>,
) {
  const params = { ref, argument: { name, value }, ...(context && { context }) };
  const { completion } = await resultOf(await server.post(rpc("completion/complete", params)));
  return completion;
}

Deno.test("prompts/list shows name, description and arguments", async () => {
  await using server = await testApp({ prompts: [GREET, SHOW] });
  const listed = async (version: string) => {
    const headers = { [VERSION]: version };
    const { prompts } = await resultOf(await server.post(rpc("prompts/list"), headers));
    return prompts.filter(({ name }: { name: string }) => name === "greet" || name === "show");
  };
  const show = { name: "show", description: "Shows a block of each kind" };
  const greet = {
    name: "greet",
    description: "Writes a greeting",
    arguments: [
      { name: "who", description: "Who is greeted", required: true },
      { name: "tone", description: "In what tone", required: false },
    ],
  };
  assert.deepEqual(await listed("2025-03-26"), [greet, show]);
  assert.deepEqual(await listed("2025-11-25"), [
    { ...greet, title: "Greet somebody" },
    { ...show, title: "Show" },
  ]);
});

Deno.test("prompts/list leads through many prompts by pages of 100", async () => {
  const prompts = Array.from({ length: 205 }, (_, at) =>
    definePrompt({
      name: `p${at}`,
      title: "P",
      description: "One of many",
      arguments: {},
      run: () => ({ messages: [] }),
    }));
  await using server = await testApp({ prompts });
  const names: string[] = [];
  const sizes: number[] = [];
  for (let params = {};;) {
    const page = await resultOf(await server.post(rpc("prompts/list", params)));
    names.push(...page.prompts.map(({ name }: { name: string }) => name));
    sizes.push(page.prompts.length);
    if (page.nextCursor === undefined) break;
    params = { cursor: page.nextCursor };
  }
  assert.deepEqual(
    names.filter((name) => /^p\d/.test(name)),
    prompts.map(({ wire }) => wire.name),
  );
  assert.deepEqual(sizes.slice(0, 2), [100, 100]);
});

Deno.test("prompts/get writes the messages with the arguments", async () => {
  await using server = await testApp({ prompts: [GREET] });
  const messages = (text: string) => [{ role: "user", content: { type: "text", text } }];
  const ask = async (args: Record<string, unknown>) =>
    await resultOf(await get(server, { name: "greet", arguments: args }));
  assert.deepEqual(await ask({ who: "Ada", tone: "warm" }), {
    description: "Writes a greeting",
    messages: messages("warm: Ada"),
  });
  assert.deepEqual((await ask({ who: "Ada" })).messages, messages("plain: Ada"));
  assert.deepEqual((await ask({ who: "Ada", tone: " " })).messages, messages("plain: Ada"));
});

Deno.test("prompts/get passes every kind of block, as the revision knows it", async () => {
  await using server = await testApp({ prompts: [SHOW] });
  const shown = async (version: string) => {
    const { messages } = await resultOf(
      await get(server, { name: "show" }, { [VERSION]: version }),
    );
    return messages.map(({ content }: { content: unknown }) => content);
  };
  assert.deepEqual(await shown("2025-11-25"), BLOCKS);
  const types = (await shown("2024-11-05")).map(({ type }: { type: string }) => type);
  assert.deepEqual(types, ["text", "image", "text", "resource", "text"]);
});

Deno.test("prompts/get refuses what does not fit and names what does mcp:117", async () => {
  await using server = await testApp({ prompts: [GREET, SHOW] });
  const refusals: readonly [Record<string, unknown>, RegExp][] = [
    [{}, /"name"/],
    [{ name: 5 }, /"name"/],
    [{ name: "nobody" }, /Unknown prompt/],
    [{ name: "constructor" }, /Unknown prompt/],
    [{ name: "greet" }, /"who": required/],
    [{ name: "greet", arguments: {} }, /"who": required/],
    [{ name: "greet", arguments: [] }, /"arguments"/],
    [{ name: "greet", arguments: { who: 7 } }, /"who": expected a string/],
    [{ name: "greet", arguments: { who: "Ada", tone: "loud" } }, /warm, formal/],
    [{ name: "greet", arguments: { who: "Ada", toen: "warm" } }, /known: "who", "tone"/],
    [{ name: "show", arguments: { x: "y" } }, /known: none/],
  ];
  for (const [params, complaint] of refusals) {
    const { error } = await assertRpcError(await get(server, params), 200, -32602);
    assert.match(error.message, complaint);
  }
});

Deno.test("completion/complete gives what goes on from a prefix", async () => {
  await using server = await testApp({ prompts: [GREET], resources: [LETTERS] });
  const greet = { type: "ref/prompt", name: "greet" };
  assert.deepEqual(await complete(server, greet, ["who", "Ad"]), {
    values: ["Ada", "Adele"],
    total: 2,
    hasMore: false,
  });
  assert.deepEqual((await complete(server, greet, ["tone", ""])).values, ["warm", "formal"]);
  const context = { arguments: { tone: "warm", other: 7 } };
  const { values } = await complete(server, greet, ["who", "fr"], context);
  assert.deepEqual(values, ["friend of warm"]);
  const letter = { type: "ref/resource", uri: "test://letter/{letter}" };
  const many = await complete(server, letter, ["letter", "l1"]);
  assert.equal(many.values.length, 100);
  assert.deepEqual([many.total, many.hasMore], [150, true]);
});

Deno.test("completion/complete gives a hundred values, however many it was given", async () => {
  const values = Array.from({ length: 150 }, (_, at) => `v${at}`);
  const many = definePrompt({
    name: "many",
    title: "Many",
    description: "Knows many values",
    arguments: {
      value: { description: "One of them", complete: () => ({ values, hasMore: false }) },
    },
    run: () => ({ messages: [] }),
  });
  await using server = await testApp({ prompts: [many] });
  const completed = await complete(server, { type: "ref/prompt", name: "many" }, ["value", ""]);
  assert.deepEqual(completed, { values: values.slice(0, 100), hasMore: true });
});

Deno.test("completion/complete has nothing for what it does not know", async () => {
  await using server = await testApp({ prompts: [GREET, SHOW], resources: [LETTERS] });
  const nothing = { values: [], total: 0, hasMore: false };
  const unknown: readonly [Record<string, unknown>, readonly [string, string]][] = [
    [{ type: "ref/prompt", name: "nobody" }, ["x", "y"]],
    [{ type: "ref/prompt", name: "greet" }, ["x", ""]],
    [{ type: "ref/prompt", name: "greet" }, ["constructor", ""]],
    [{ type: "ref/prompt", name: "show" }, ["x", ""]],
    [{ type: "ref/resource", uri: "test://nothing/{x}" }, ["x", ""]],
    [{ type: "ref/resource", uri: "test://letter/{letter}" }, ["x", ""]],
    [{ type: "ref/resource", uri: "test://letter/{letter}" }, ["toString", ""]],
  ];
  for (const [ref, argument] of unknown) {
    assert.deepEqual(await complete(server, ref, argument), nothing);
  }
});

Deno.test("completion/complete refuses what is no request", async () => {
  await using server = await testApp({ prompts: [GREET] });
  const ref = { type: "ref/prompt", name: "greet" };
  const argument = { name: "who", value: "" };
  const malformed = [
    {},
    { ref },
    { argument },
    { ref: "greet", argument },
    { ref: { type: "ref/tool", name: "greet" }, argument },
    { ref: { type: "ref/prompt" }, argument },
    { ref: { type: "ref/resource", name: "greet" }, argument },
    { ref, argument: { name: "who" } },
    { ref, argument: { name: 1, value: "" } },
  ];
  for (const params of malformed) {
    await assertRpcError(await server.post(rpc("completion/complete", params)), 200, -32602);
  }
});
