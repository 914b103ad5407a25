import assert from "node:assert/strict";
import {
  explainMatch,
  isRelated,
  type MatchEvidence,
  matchScore,
} from "../../src/skills/match_score.ts";

const NOTHING: MatchEvidence = {
  hasPersona: false,
  hasUrl: false,
  foundKeywords: [],
  keywords: 0,
  successCount: 0,
  failCount: 0,
  activation: 0,
};

const SCORES: readonly (readonly [string, Partial<MatchEvidence>, number])[] = [
  ["nothing known", {}, 0.2],
  ["the persona", { hasPersona: true }, 0.36],
  ["the url", { hasUrl: true }, 0.32],
  ["all keywords", { foundKeywords: ["a", "b"], keywords: 2 }, 0.32],
  ["one of three keywords", { foundKeywords: ["a"], keywords: 3 }, 0.24],
  ["half of the activation", { activation: 0.5 }, 0.3],
  ["only successes", { successCount: 4 }, 0.4],
  ["only failures", { failCount: 2 }, 0],
  ["one success of three", { successCount: 1, failCount: 2 }, 0.1333],
  ["everything", {
    hasPersona: true,
    hasUrl: true,
    foundKeywords: ["a"],
    keywords: 1,
    successCount: 9,
    activation: 1,
  }, 1],
  ["an activation above one", { activation: 3 }, 0.4],
];

for (const [name, evidence, expected] of SCORES) {
  Deno.test(`matchScore() is ${expected} for ${name}`, () => {
    assert.equal(matchScore({ ...NOTHING, ...evidence }), expected);
  });
}

Deno.test("isRelated() needs a tie to the task, for which a good record does not count", () => {
  assert.ok(!isRelated({ ...NOTHING, successCount: 99, keywords: 3 }));
  assert.ok(isRelated({ ...NOTHING, hasPersona: true }));
  assert.ok(isRelated({ ...NOTHING, hasUrl: true }));
  assert.ok(isRelated({ ...NOTHING, keywords: 3, foundKeywords: ["a"] }));
  assert.ok(isRelated({ ...NOTHING, activation: 0.01 }));
});

Deno.test("explainMatch() names each part of the score", () => {
  assert.equal(explainMatch(NOTHING), "not tried yet");
  assert.equal(
    explainMatch({
      hasPersona: true,
      hasUrl: true,
      foundKeywords: ["a", "b"],
      keywords: 3,
      successCount: 2,
      failCount: 1,
      activation: 0.666,
    }),
    "persona fits; url fits; 2 of 3 keywords: a, b; words fit 67 %; 2 of 3 runs succeeded",
  );
});
