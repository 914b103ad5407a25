import assert from "node:assert/strict";
import { createExcerpts, type Excerpt } from "../../src/memory/excerpt.ts";
import { createTokenizer, type Tokenizer } from "../../src/memory/tokenizer.ts";

const FILLER = "lorem ipsum dolor sit amet ".repeat(200);
const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength;

function excerptAround(body: string, queryText: string, bytesMax: number): Excerpt {
  return createExcerpts({ queryText, tokenizer: createTokenizer() })(body)(bytesMax);
}

// Remembers what it was asked.
function spyTokenizer(): Tokenizer & { readonly asked: readonly string[] } {
  const tokenizer = createTokenizer();
  const asked: string[] = [];
  return {
    ...tokenizer,
    asked,
    terms(text, use) {
      asked.push(text);
      return tokenizer.terms(text, use);
    },
  };
}

Deno.test("an excerpt is the whole body when it fits exactly", () => {
  assert.deepEqual(excerptAround("héllo", "x", 6), { text: "héllo", truncated: false });
  assert.ok(excerptAround("héllo world", "x", 11).truncated);
});

Deno.test("an excerpt shows the match and its sentence within the bytes", () => {
  const body = `${FILLER}The deploy key lives in the vault. ${FILLER}`;
  const { text, truncated } = excerptAround(body, "where are deployed keys", 200);
  assert.ok(truncated && text.includes("deploy key lives"));
  assert.ok(text.startsWith("…") && text.endsWith("…"));
  assert.ok(bytesOf(text) <= 200);
});

Deno.test("an excerpt prefers the place where most words of the query meet", () => {
  const body = `key ${FILLER} key ${FILLER} the staging key ${FILLER}`;
  assert.ok(excerptAround(body, "staging key", 120).text.includes("staging key"));
});

Deno.test("an excerpt begins at the start when no word matches", () => {
  const { text } = excerptAround(FILLER, "zebra", 50);
  assert.ok(text.startsWith("lorem ipsum") && text.endsWith("…"));
});

Deno.test("an excerpt never splits a character, whatever the room", () => {
  const body = "保险库🔑é".repeat(50);
  for (let bytesMax = 0; bytesMax < 80; bytesMax++) {
    const { text } = excerptAround(body, "险库", bytesMax);
    assert.ok(text.isWellFormed() && bytesOf(text) <= bytesMax, `${bytesMax}`);
  }
});

Deno.test("an excerpt of a text without spaces shows the match deep inside", () => {
  const body = `${"春夏秋冬".repeat(1_000)}保险库${"春夏秋冬".repeat(1_000)}`;
  assert.ok(excerptAround(body, "保险库", 600).text.includes("保险库"));
});

Deno.test("createExcerpts() looks at each text once, whatever is asked of its cutter", () => {
  const tokenizer = spyTokenizer();
  const cut = createExcerpts({ queryText: "vault", tokenizer })(`${FILLER} a vault ${FILLER}`);
  assert.ok(cut(400).text.includes("vault"));
  const asked = tokenizer.asked.length;
  for (const bytesMax of [300, 200, 100, 50]) assert.ok(cut(bytesMax).text.includes("vault"));
  assert.equal(tokenizer.asked.length, asked);
});

Deno.test("createExcerpts() searches nothing for a query without words", () => {
  const tokenizer = spyTokenizer();
  const cut = createExcerpts({ queryText: " ", tokenizer })(FILLER);
  assert.ok(cut(100).text.startsWith("lorem ipsum"));
  assert.deepEqual(tokenizer.asked, [" "]);
});

Deno.test("createExcerpts() searches the first texts of an answer and cuts the rest at the start", () => {
  const body = `${FILLER} a vault ${FILLER}`;
  const options = { queryText: "vault", tokenizer: createTokenizer() };
  const cutterOf = createExcerpts({ ...options, charsExaminedMax: body.length + 500 });
  const texts = [body, body].map((one) => cutterOf(one)(100).text);
  assert.deepEqual(texts.map((text) => text.includes("vault")), [true, false]);
  assert.ok(texts[1]?.startsWith("lorem ipsum"));
});
