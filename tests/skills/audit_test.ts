// What the skills note of their writes.

import assert from "node:assert/strict";
import { NotedEntries } from "../helpers/noted_entries.ts";
import { skillsHome } from "./_test_skills.ts";

const BY = { principal: "ada", via: "skill_ingest" };

Deno.test("ingest() and report() note who did it, and nothing of what a skill says", async () => {
  await using home = skillsHome();
  const audit = new NotedEntries();
  const skills = home.open({}, audit);
  await skills.ingest("team", { name: "deploy", code: "secret code", description: "secret" }, BY);
  await skills.report("team", { name: "deploy", outcome: "success", note: "secret" }, BY);
  const entry = { namespace: "team", kind: "skill", name: "deploy" };
  assert.deepEqual(audit.noted, [
    { by: BY, entries: [{ action: "skill_ingested", ...entry, revision: 1 }] },
    { by: BY, entries: [{ action: "skill_reported", ...entry, revision: 2 }] },
  ]);
});

Deno.test("ingest() notes the other skill that it replaces, and not itself", async () => {
  await using home = skillsHome();
  const audit = new NotedEntries();
  const skills = home.open({}, audit);
  await skills.ingest("n", { name: "old", code: "c" });
  await skills.ingest("n", { name: "new", code: "c", supersedes: "old" });
  await skills.ingest("n", { name: "new", code: "d", supersedes: "new" });
  assert.deepEqual(audit.take(), [
    "skill_ingested old",
    "skill_ingested new",
    "skill_superseded old < new",
    "skill_ingested new",
  ]);
});

Deno.test("what is refused of a skill is not noted", async () => {
  await using home = skillsHome();
  const audit = new NotedEntries();
  const skills = home.open({}, audit);
  await assert.rejects(skills.report("n", { name: "none", outcome: "success" }));
  await assert.rejects(skills.ingest("n", { name: "s", code: "c", supersedes: "none" }));
  assert.deepEqual(audit.take(), []);
});
