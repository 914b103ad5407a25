import assert from "node:assert/strict";
import { composed, withoutLongRuns } from "../../src/base/normal_form.ts";

const MARK = /[\p{M}\uff9e\uff9f]/u;
// Out of order, so that every normal form changes them.
const MARKS = "\u0301\u0327";

/** Every character of every assigned plane with letters in it. */
function* characters(): Generator<string> {
  for (let code = 0; code < 0x30000; code++) {
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
  }
}

Deno.test("composed() gives NFC", () => {
  const text = "e\u0301\u0323 \u1112\u1161\u11ab a" + MARKS.repeat(15);
  assert.equal(composed(text, text.length), text.normalize("NFC"));
  assert.notEqual(composed(text, text.length), text);
});

Deno.test("composed() gives back what is too long in any form, and what has 31 marks in a row", () => {
  const decomposed = "\u03b1\u0313\u0300\u0345";
  assert.equal(composed(decomposed.repeat(4), 4), "\u1f82".repeat(4));
  assert.equal(composed(decomposed.repeat(4) + "a", 4), decomposed.repeat(4) + "a");
  const marked = "e\u0301 a" + MARKS.repeat(15) + "\u0323";
  assert.equal(composed(marked, 1_000), marked);
});

Deno.test("withoutLongRuns() keeps 30 marks in a row and everything else", () => {
  const kept = `é e\u0301 \uff76\uff9e x${MARKS.repeat(15)}`;
  assert.equal(withoutLongRuns(kept), kept);
  assert.equal(withoutLongRuns(`${kept}${MARKS.repeat(1_000)}y${MARKS}`), `${kept}y${MARKS}`);
  const halfwidth = `x${"\uff9e\u0327".repeat(15)}`;
  assert.equal(withoutLongRuns(halfwidth + "\uff9e\u0327".repeat(9)), halfwidth);
});

Deno.test("no character is made of more than four UTF-16 units for each of its own", () => {
  for (const character of characters()) {
    const { length } = character.normalize("NFC");
    assert.ok(character.normalize("NFD").length <= 4 * length, JSON.stringify(character));
  }
});

Deno.test("no character but a mark is sorted among the marks before it", () => {
  // The mark that is sorted behind all others.
  const last = "a\u0345";
  for (const character of characters()) {
    if (MARK.test(character)) continue;
    assert.ok((last + character).normalize("NFKD").startsWith(last), JSON.stringify(character));
  }
});
