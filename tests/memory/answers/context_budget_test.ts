import assert from "node:assert/strict";
import { budgetFor, classOf, sharesOf } from "../../../src/memory/answers/_context_budget.ts";
import { estimateTokens, TOKEN_BYTES_MAX } from "../../../src/memory/text/token_estimate.ts";

const QUERIES = {
  repair: ["Why does the build fail?", "fix the login", "The export does not work"],
  "constraint check": ["Am I allowed to force-push?", "May we store names?", "password policy"],
  aggregation: ["How many servers are there?", "list the open tickets", "all of our hosts"],
  temporal: ["When was the launch?", "What is the current port?", "history of the port"],
  simple: ["deploy key", "", "Where does Ada live?"],
} as const;

for (const [name, queries] of Object.entries(QUERIES)) {
  Deno.test(`classOf() knows a query of the class ${name}`, () => {
    assert.deepEqual(queries.map(classOf), queries.map(() => name));
  });
}

Deno.test("sharesOf() gives away the whole budget in every class", () => {
  const classes = ["repair", "constraint check", "temporal", "aggregation", "simple"] as const;
  for (const one of classes) {
    const { frame, facts, skills, environment } = sharesOf(one);
    assert.ok(Math.abs(frame + facts + skills + environment - 1) < 1e-12, one);
  }
});

Deno.test("budgetFor() takes two fifths of what the answer leaves of the window", () => {
  assert.deepEqual([0, 9_096, 9_099, 104_096].map(budgetFor), [2_000, 2_000, 2_001, 40_000]);
});

Deno.test("estimateTokens() counts four ASCII characters or one other as a token", () => {
  const cases = ["", "a", "abcd", "abcde", "é", "日本語", "🔑🔑", "ab é"];
  assert.deepEqual(cases.map(estimateTokens), [0, 1, 1, 2, 1, 3, 2, 2]);
  const encoder = new TextEncoder();
  for (const text of cases) {
    assert.ok(encoder.encode(text).byteLength <= TOKEN_BYTES_MAX * estimateTokens(text));
  }
});
