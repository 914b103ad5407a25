// Patterns and texts that would keep a backtracking engine busy for ever, and names that would do the
// same to a careless match of stars. No clock is read: at any exponential step the run would not end.

import assert from "node:assert/strict";
import {
  loadPatterns,
  PATTERN_SIZE_MAX,
  PATTERN_STEPS_MAX,
} from "../../src/policy/_linear_patterns.ts";
import { toolPattern } from "../../src/policy/_tool_pattern.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

const HOSTILE: readonly (readonly [string, string])[] = [
  ["(a+)+$", `${"a".repeat(100_000)}b`],
  ["(a|aa)+$", `${"a".repeat(100_000)}b`],
  ["^(a|a?)+$", `${"a".repeat(100_000)}b`],
  ["(.*)*(.*)*(.*)*x$", "a".repeat(50_000)],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(100_000)],
  ["(x+x+)+y", "x".repeat(100_000)],
  ["(?:a?){200}a{200}$", `${"a".repeat(5_000)}b`],
];

for (const [source, text] of HOSTILE) {
  Deno.test(`a search for ${source} ends on a text made against it`, async () => {
    const search = (await loadPatterns())(source);
    assert.ok(search);
    assert.equal(search([text]), "not_found");
  });
}

Deno.test("a text is not searched when it is too long for the pattern's size", async () => {
  const compile = await loadPatterns();
  const search = compile("[ab]*a[ab]{500}[cd]d");
  assert.ok(search);
  assert.equal(search(["a".repeat(1_000)]), "not_found");
  // Some 500 instructions.
  const tooLong = "a".repeat(PATTERN_STEPS_MAX / 500 + 1);
  assert.equal(search([tooLong]), "too_long");
  const half = tooLong.slice(tooLong.length / 2);
  assert.equal(search([half, half, half]), "too_long");
  assert.equal(compile("a")?.(["b".repeat(1_000_000)]), "not_found");
});

Deno.test("a pattern that compiles to too much is a bad one", async () => {
  const compile = await loadPatterns();
  assert.equal(compile("(?:(?:a{30}){30}b){20}"), undefined);
  assert.equal(compile(`(?:${"[a-z]{1000}".repeat(PATTERN_SIZE_MAX / 1_000 + 1)})`), undefined);
  assert.ok(compile("[a-z]{1000}"));
});

// The naive rule: a star takes any number of characters, tried one by one.
function naiveFits(name: string, pattern: string): boolean {
  if (pattern === "") return name === "";
  if (pattern[0] === "*") {
    return Array.from({ length: name.length + 1 }, (_, at) => name.slice(at))
      .some((rest) => naiveFits(rest, pattern.slice(1)));
  }
  return name[0] === pattern[0] && naiveFits(name.slice(1), pattern.slice(1));
}

Deno.test("toolPattern() equals the naive rule on random names", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const text = (letters: string) =>
    Array.from({ length: random(8) }, () => letters[random(letters.length)]).join("");
  for (let round = 0; round < 20_000; round++) {
    const [name, pattern] = [text("ab"), text("ab**")];
    assert.equal(
      toolPattern(pattern)([name]),
      naiveFits(name, pattern),
      `seed ${seed}: ${name} by ${pattern}`,
    );
  }
});

Deno.test("toolPattern() ends on many stars", () => {
  const isMeant = toolPattern("*a".repeat(100) + "*b");
  assert.equal(isMeant(["a".repeat(10_000)]), false);
  assert.equal(isMeant([`${"a".repeat(10_000)}b`]), true);
});

Deno.test("a search agrees with the engine's own on random simple patterns", async () => {
  const compile = await loadPatterns();
  const seed = testSeed();
  const random = seededRandom(seed);
  const pick = (from: readonly string[]) => from[random(from.length)] ?? "";
  for (let round = 0; round < 2_000; round++) {
    const piece = () => pick(["a", "b", ".", "[ab]", "(?:a|b)", "^", "$"]) + pick(["", "", "{2}"]);
    const source = Array.from({ length: 1 + random(4) }, piece).join("").replace(
      /([$^])\{2\}/g,
      "$1",
    );
    const text = Array.from({ length: random(8) }, () => pick(["a", "b", "c", "\n"])).join("");
    const search = compile(source);
    assert.equal(
      search?.([text]),
      new RegExp(source).test(text) ? "found" : "not_found",
      `seed ${seed}: ${source} in ${JSON.stringify(text)}`,
    );
  }
});
