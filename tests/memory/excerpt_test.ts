import assert from "node:assert/strict";
import { excerptAround } from "../../src/memory/excerpt.ts";

const FILLER = "lorem ipsum dolor sit amet ".repeat(200);
const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength;

Deno.test("excerptAround() gives the whole body when it fits exactly", () => {
  assert.deepEqual(excerptAround("héllo", "x", 6), { text: "héllo", truncated: false });
  assert.ok(excerptAround("héllo world", "x", 11).truncated);
});

Deno.test("excerptAround() shows the match and its sentence within the bytes", () => {
  const body = `${FILLER}The deploy key lives in the vault. ${FILLER}`;
  const { text, truncated } = excerptAround(body, "where are deployed keys", 200);
  assert.ok(truncated && text.includes("deploy key lives"));
  assert.ok(text.startsWith("…") && text.endsWith("…"));
  assert.ok(bytesOf(text) <= 200);
});

Deno.test("excerptAround() prefers the place where most words of the query meet", () => {
  const body = `key ${FILLER} key ${FILLER} the staging key ${FILLER}`;
  assert.ok(excerptAround(body, "staging key", 120).text.includes("staging key"));
});

Deno.test("excerptAround() begins at the start when no word matches", () => {
  const { text } = excerptAround(FILLER, "zebra", 50);
  assert.ok(text.startsWith("lorem ipsum") && text.endsWith("…"));
});

Deno.test("excerptAround() never splits a character, whatever the room", () => {
  const body = "保险库🔑é".repeat(50);
  for (let bytesMax = 0; bytesMax < 80; bytesMax++) {
    const { text } = excerptAround(body, "险库", bytesMax);
    assert.ok(text.isWellFormed() && bytesOf(text) <= bytesMax, `${bytesMax}`);
  }
});
