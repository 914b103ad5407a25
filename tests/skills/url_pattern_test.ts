import assert from "node:assert/strict";
import { compileUrlPattern } from "../../src/skills/url_pattern.ts";

const CASES: readonly (readonly [string, string, boolean])[] = [
  ["https://github.com/a/b", "github.com", true],
  ["https://github.com/a/b", "https://github.com/a/b", true],
  ["https://github.com/a/b", "https://github.com/a/b/", false],
  ["https://github.com/a/b", "GitHub.com", false],
  ["https://github.com/a/pull/7", "github.com/*/pull/", true],
  ["https://github.com/pull/", "github.com/*/pull/", false],
  ["https://github.com//pull/", "github.com/*/pull/", true],
  ["https://x.org/b/a", "a*b", false],
  ["https://x.org/aab", "a*a*b", true],
  ["https://x.org/ab", "a*a*b", false],
  ["https://x.org/", "*", true],
  ["https://x.org/", "**org**", true],
  ["https://x.org/aaab", "aab", true],
  ["https://x.org/ababac", "abac", true],
  ["https://x.org/?q=.+", "x.org/?q=.+", true],
  ["https://xyorg/", "x.org", false],
  ["", "a", false],
];

for (const [url, pattern, expected] of CASES) {
  Deno.test(`compileUrlPattern() is ${expected} for ${pattern} in "${url}"`, () => {
    assert.equal(compileUrlPattern(pattern)(url), expected);
  });
}

Deno.test("compileUrlPattern() equals a regular expression on random texts", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 65_536) % below;
  };
  const text = (alphabet: string, chars: number) =>
    Array.from({ length: next(chars) }, () => alphabet.charAt(next(alphabet.length))).join("");
  for (let round = 0; round < 3_000; round++) {
    const url = text("ab", 12);
    const pattern = text("ab*", 7);
    const expected = new RegExp(pattern.replaceAll("*", ".*")).test(url);
    assert.equal(compileUrlPattern(pattern)(url), expected, `seed ${seed}: ${pattern} in ${url}`);
  }
});

// Naive search or a backtracking match would need some 10^12 steps here.
Deno.test("compileUrlPattern() takes linear time whatever the pattern", () => {
  const url = "a".repeat(1_000_000);
  assert.ok(!compileUrlPattern(`${"a".repeat(500_000)}b`)(url));
  assert.ok(!compileUrlPattern(`${"a*".repeat(500_000)}b`)(url));
});
