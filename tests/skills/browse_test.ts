// Skills by name, and what is told of their changes.

import assert from "node:assert/strict";
import type { SkillChange } from "../../src/skills/skill_watcher.ts";
import { skillsHome } from "./_test_skills.ts";

const skill = (name: string) => ({ name, code: `how to ${name}` });

Deno.test("read() gives the newest version of a name with its code, of its namespace alone", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("n", skill("deploy"));
  await skills.ingest("n", { ...skill("deploy"), code: "better" });
  const { name, version, code } = skills.read("n", "deploy") ?? {};
  assert.deepEqual([name, version, code], ["deploy", 2, "better"]);
  assert.equal(skills.read("n", "Deploy"), undefined);
  assert.equal(skills.read("other", "deploy"), undefined);
});

Deno.test("page() leads through all skills in order of name, deprecated ones, too", async () => {
  await using home = skillsHome();
  const skills = home.open();
  for (const name of ["c", "a", "d"]) await skills.ingest("n", skill(name));
  await skills.ingest("n", { ...skill("b"), supersedes: "a" });
  const names = (after: string | undefined) => skills.page("n", after, 2).map(({ name }) => name);
  assert.deepEqual([names(undefined), names("b"), names("d")], [["a", "b"], ["c", "d"], []]);
  assert.deepEqual(skills.page("other", undefined, 2), []);
  await skills.ingest("n", skill("bb"));
  assert.deepEqual(names("b"), ["bb", "c"]);
  assert.deepEqual(skills.names("n", "b", 1), { values: ["b"], total: 2, hasMore: true });
});

Deno.test("watch() tells of every write, and whether the name may be new", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("n", skill("before"));
  skills.page("n", undefined, 1);
  const told: SkillChange[] = [];
  skills.follow();
  skills.watch((change) => told.push(change));
  await skills.ingest("n", skill("new"));
  await skills.report("n", { name: "before", outcome: "success" });
  assert.deepEqual(told, [
    { namespace: "n", name: "new", isListChange: true },
    { namespace: "n", name: "before", isListChange: false },
  ]);
  skills.watch(undefined);
  await skills.ingest("n", skill("unheard"));
  assert.equal(told.length, 2);
});

Deno.test("follow() tells of what another process has written", async () => {
  await using home = skillsHome();
  const [skills, other] = [home.open(), home.open()];
  const told: SkillChange[] = [];
  skills.follow();
  skills.watch((change) => told.push(change));
  await other.ingest("n", skill("theirs"));
  assert.equal(told.length, 0);
  skills.follow();
  skills.follow();
  assert.deepEqual(told, [{ namespace: "n", name: "theirs", isListChange: true }]);
});

Deno.test("browsing refuses a namespace of another form, and closed skills", async () => {
  await using home = skillsHome();
  const skills = home.open();
  assert.throws(() => skills.read("no good", "a"), { code: "invalid_argument" });
  assert.throws(() => skills.page("no good", undefined, 1), { code: "invalid_argument" });
  assert.throws(() => skills.names("no good", "", 1), { code: "invalid_argument" });
  await skills.close();
  assert.throws(() => skills.read("n", "a"), { code: "closed" });
  assert.throws(() => skills.follow(), { code: "closed" });
});
