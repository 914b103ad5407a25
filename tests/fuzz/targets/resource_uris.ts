// URIs of our own resources and patterns of URLs: a URI names one thing in one form, a pattern is matched
// by the book.

import assert from "node:assert/strict";
import { compileUrlPattern } from "../../../src/skills/url_pattern.ts";
import { compileUriTemplate } from "../../../src/tools/uri_template.ts";
import { bytesOf, type FuzzTarget, REFUSED, TAKEN, textOf } from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import { randomText } from "../random_inputs.ts";

const START = "car://memory/fact/";
const FACTS = compileUriTemplate(`${START}{id}`);
const SCRAPS = [
  ...["%", "%2F", "%20", "%C3", "%00", "%F0%9F%98%80", "?", "#", "/", "{id}", "..", " ", "*"],
  ...["e\u0301", "\u0327", "\uac00\u11a8", "\u1112\u1161", "\u0000", "a", START],
];

/** URIs of facts. */
export const RESOURCE_URIS: FuzzTarget = {
  name: "resource-uris",
  promise: "match() reads what expand() wrote, and what it reads has one form",
  suiteInputs: 10_000,
  outcomes: [TAKEN, REFUSED],
  generate(random) {
    const uri = FACTS.expand({ id: randomText(random, 12) });
    return random(8) === 0
      ? bytesOf(uri)
      : mutated(random, { corpus: [uri, START, randomText(random, 20)], scraps: SCRAPS });
  },
  open: () => ({ check: (input) => check(textOf(input)) }),
};

function check(text: string): string {
  const uri = FACTS.expand({ id: text });
  assert.deepEqual(FACTS.match(uri), text === "" ? undefined : { id: text });
  // A pattern without its own stars is contained in what it was made of.
  const pattern = text.replaceAll("*", "");
  assert.ok(compileUrlPattern(`*${pattern}*`)(`x${pattern}y`));
  const found = FACTS.match(text);
  if (found === undefined) return REFUSED;
  assert.deepEqual(FACTS.match(FACTS.expand(found)), found);
  return TAKEN;
}
