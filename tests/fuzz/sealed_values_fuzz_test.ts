// Cursors and request states that were damaged at random, or belong elsewhere: none opens anything, and
// what they were made for happens once, with the one that was not touched.

import assert from "node:assert/strict";
import { defineResource } from "../../src/tools/resource.ts";
import { ADA, asking, WHO } from "../helpers/asking_rounds.ts";
import { postModern } from "../helpers/modern_client.ts";
import { resultOf, testApp } from "../helpers/test_app.ts";
import { damaged, eachInput, oneOf, type Random, randomText } from "./_inputs.ts";

const SCRAPS = [".", "A", "b", "0", "-", "_", "=", "é", "AAAA"] as const;

/** The text with something changed, or another text. */
function forged(text: string, random: Random): string {
  if (random(10) === 0) return randomText(random, 40);
  return oneOf(random, [
    damaged(text, random, SCRAPS),
    text.slice(0, random(text.length)),
    text + oneOf(random, SCRAPS),
    flipped(text, random),
  ]);
}

function flipped(text: string, random: Random): string {
  const at = random(text.length);
  const character = text.charCodeAt(at) ^ (1 << random(6));
  return text.slice(0, at) + String.fromCharCode(character) + text.slice(at + 1);
}

Deno.test("a cursor that was damaged opens no page mcp:120", async () => {
  const resources = Array.from(
    { length: 150 },
    (_, at) => defineResource({ uri: `test://${at}`, name: `${at}`, read: () => "" }),
  );
  await using server = await testApp({ resources });
  const list = (cursor?: string) =>
    postModern(server, "resources/list", cursor === undefined ? {} : { cursor });
  const { nextCursor } = await resultOf(await list());
  await eachInput(async (random) => {
    const cursor = forged(nextCursor, random);
    const { error, result } = await (await list(cursor)).json();
    if (cursor === nextCursor) return assert.ok(result.resources.length > 0);
    assert.equal(error?.code, -32602, cursor);
  });
});

Deno.test("a state that was damaged completes no call, and the right one completes it once mcp:130 mcp:131", async () => {
  let done = 0;
  const { server, send, first } = await asking(async (context) => {
    await context.ask(WHO);
    return done += 1;
  });
  await using _server = server;
  const { requestState } = await first();
  const inputResponses = { answer: ADA };
  await eachInput(async (random) => {
    const state = forged(requestState, random);
    if (state === requestState) return;
    const { error } = await (await send({ requestState: state, inputResponses })).json();
    assert.equal(error?.code, -32602, state);
  });
  assert.equal(done, 0);
  const { resultType } = await resultOf(await send({ requestState, inputResponses }));
  assert.equal(resultType, "complete");
  const { error } = await (await send({ requestState, inputResponses })).json();
  assert.deepEqual([error.code, done], [-32602, 1]);
});
