// URIs of our own resources and beginnings of names, written and damaged at random: a URI leads to the
// one thing it names or to nothing, a beginning to the names that begin so, and nothing is a fault.

import assert from "node:assert/strict";
import { compileUriTemplate } from "../../src/tools/uri_template.ts";
import { resultOf, rpc, type TestApp, testApp } from "../helpers/test_app.ts";
import { useTool } from "../helpers/use_tool.ts";
import { damaged, eachInput, INPUTS, oneOf, type Random } from "./random_inputs.ts";

const SERVER_INPUTS = INPUTS / 5;
const FACT_START = "car://memory/fact/";
const FACTS = compileUriTemplate(`${FACT_START}{id}`);
const SCRAPS = [
  ...["%", "%2F", "%20", "%C3", "%00", "%F0%9F%98%80", "?", "#", "/", "{id}", "..", " "],
  ...["e\u0301", "\u0327", "\uac00\u11a8", "\u1112\u1161", "\ud83d", "\ude00", "\u0000", "a"],
] as unknown as readonly [string, ...string[]];
const NAMES = [
  "a",
  "ab",
  "a/b",
  "á la carte",
  "über %20",
  "漢字",
  "😀",
  "😀😀",
  "각",
  "x?y#z",
] as const;

/** What a URI of a fact names, read by the book and not by the code under test. */
function idIn(uri: string): string | undefined {
  const value = uri.slice(FACT_START.length);
  if (!uri.startsWith(FACT_START) || /[?#]/.test(value) || !value.isWellFormed()) return undefined;
  try {
    return decodeURIComponent(value).normalize("NFC").trim();
  } catch {
    return undefined;
  }
}

/** A name in one of the forms in which somebody may write it. */
function written(name: string, random: Random): string {
  const form = random(2) === 0 ? name : name.normalize("NFD");
  return random(2) === 0 ? form : damaged(form, random, SCRAPS);
}

async function withFacts(): Promise<TestApp> {
  const server = await testApp();
  for (const name of NAMES) {
    await useTool(server, "memory_add_fact", { id: name, subject: name, body: "b" });
  }
  return server;
}

Deno.test("resources/read gives the fact that a URI names, or finds nothing", async () => {
  await using server = await withFacts();
  const session = await server.open();
  let found = 0;
  await eachInput(async (random) => {
    const name = oneOf(random, NAMES);
    const uri = written(random(2) === 0 ? FACT_START + name : FACTS.expand({ id: name }), random);
    const id = NAMES.find((each) => each === idIn(uri));
    const context = JSON.stringify(uri);
    assert.deepEqual(await resultOf(await session.post(rpc("resources/subscribe", { uri }))), {});
    await resultOf(await session.post(rpc("resources/unsubscribe", { uri })));
    const { result, error } = await (await server.post(rpc("resources/read", { uri }))).json();
    if (id === undefined) return void assert.equal(error?.code, -32002, context);
    found++;
    assert.equal(JSON.parse(result.contents[0].text).id, id, context);
  }, SERVER_INPUTS);
  assert.ok(found > SERVER_INPUTS / 10 && found < SERVER_INPUTS, `${found} found`);
});

Deno.test("completion/complete gives the names that begin so, in any form of writing", async () => {
  await using server = await withFacts();
  let found = 0;
  await eachInput(async (random) => {
    const name = oneOf(random, NAMES);
    const value = written(name.slice(0, random(name.length + 1)), random);
    const ref = { type: "ref/prompt", name: "car_recall" };
    const params = { ref, argument: { name: "query", value } };
    const { completion } = await resultOf(await server.post(rpc("completion/complete", params)));
    const context = JSON.stringify(value);
    // Half a character begins nothing, or what its other half would make of it.
    const prefix = value.normalize("NFC").trimStart();
    const fitting = NAMES.filter((each) => each.startsWith(prefix));
    if (!value.isWellFormed()) {
      return assert.ok(completion.values.length <= fitting.length, context);
    }
    found += completion.values.length > 0 ? 1 : 0;
    assert.deepEqual(new Set(completion.values), new Set(fitting), context);
    assert.equal(completion.total, fitting.length, context);
  }, SERVER_INPUTS);
  assert.ok(found > SERVER_INPUTS / 10 && found < SERVER_INPUTS, `${found} found`);
});
