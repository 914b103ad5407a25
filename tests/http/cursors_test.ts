import assert from "node:assert/strict";
import { definePrompt } from "../../src/app.ts";
import { bearer, guardedApp } from "../helpers/guarded_app.ts";
import { rpc } from "../helpers/test_app.ts";

const MORE_THAN_A_PAGE = 120;
const PROMPTS = Array.from({ length: MORE_THAN_A_PAGE }, (_, at) =>
  definePrompt({
    name: `prompt_${at}`,
    title: "Prompt",
    description: "One of many.",
    arguments: {},
    run: () => ({ messages: [] }),
  }));

Deno.test("a cursor leads nowhere for another principal, and nowhere in another namespace", async () => {
  await using server = await guardedApp({ prompts: PROMPTS });
  const ann = bearer(server.give("ann").token);
  const annAgain = bearer(server.give("ann").token);
  const bob = bearer(server.give("bob").token);
  const list = async (headers: Record<string, string>, params = {}) =>
    await (await server.post(rpc("prompts/list", params), headers)).json();
  const { result: { nextCursor: cursor } } = await list(ann);
  assert.equal(typeof cursor, "string");
  assert.ok((await list(ann, { cursor })).result.prompts.length > 0);
  assert.ok((await list(annAgain, { cursor })).result.prompts.length > 0);
  assert.equal((await list(bob, { cursor })).error.message, "Unknown cursor");
  const elsewhere = { ...ann, "car-namespace": "other" };
  assert.equal((await list(elsewhere, { cursor })).error.message, "Unknown cursor");
});
