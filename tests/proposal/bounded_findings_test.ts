import assert from "node:assert/strict";
import { needs } from "./_plan.ts";
import { verifyPlan } from "./_verify_plan.ts";

Deno.test("verify() lists a hundred findings, errors first, and counts the rest", () => {
  const wrong = Array.from({ length: 101 }, (_, at) => needs(`n${at}`, "absent"));
  const atTheEdge = verifyPlan(wrong.slice(0, 99));
  assert.equal(atTheEdge.issues.length, 100);
  assert.equal(atTheEdge.issues[0]?.severity, "warning");
  const report = verifyPlan(wrong);
  assert.equal(report.issues.length, 101);
  assert.equal(report.issues[0]?.action_id, "n0");
  assert.deepEqual(report.issues.at(-1), {
    action_id: null,
    severity: "error",
    message: "2 more findings are not listed, 1 of them errors",
    tier: "decision_procedure",
  });
});

Deno.test("verify() lists a hundred conflicts", () => {
  const racing = Array.from(
    { length: 103 },
    (_, at) => ({
      id: `c${at}`,
      type: "tool_call",
      tool: "get",
      parameters: { at },
      write_set: ["x"],
    }),
  );
  const report = verifyPlan(racing);
  assert.equal(report.conflicts.length, 100);
  assert.match(report.issues.at(-1)?.message ?? "", /^3 more findings are not listed, 0 of them/);
  assert.ok(report.valid);
});
