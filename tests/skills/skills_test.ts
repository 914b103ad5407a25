import assert from "node:assert/strict";
import type { Skills } from "../../src/skills/skills.ts";
import { skillsHome } from "./_test_skills.ts";

const DEPLOY = {
  name: "deploy-web",
  code: "steps()",
  platform: "linux",
  persona: "Operator",
  urlPattern: "ci.example.org/*/deploy",
  description: "Ships the web app",
  taskKeywords: ["deploy", "release notes"],
  domain: "web",
};

function foundNames(skills: Skills, task: string, namespace = "default"): readonly string[] {
  return skills.find(namespace, { task, k: 20 }).map((hit) => hit.skill.name);
}

async function fail(skills: Skills, name: string, times: number): Promise<void> {
  for (let at = 0; at < times; at++) await skills.report("default", { name, outcome: "failure" });
}

Deno.test("openSkills() starts empty", async () => {
  await using home = skillsHome();
  const skills = home.open();
  assert.deepEqual(skills.list("default"), []);
  assert.deepEqual(skills.find("default", { task: "anything", k: 1 }), []);
  assert.deepEqual(skills.stats(), { skills: 0, namespaces: 0 });
});

Deno.test("ingest() stores a skill with everything that was said", async () => {
  await using home = skillsHome();
  const skills = home.open();
  assert.deepEqual(await skills.ingest("default", DEPLOY), { name: "deploy-web", version: 1 });
  const { code, ...told } = DEPLOY;
  const view = { ...told, status: "active", version: 1, successCount: 0, failCount: 0 };
  assert.deepEqual(skills.list("default"), [view]);
  const [hit] = skills.find("default", { task: "deploy", k: 1 });
  assert.deepEqual(hit?.skill, { ...view, code });
  assert.deepEqual(skills.stats(), { skills: 1, namespaces: 1 });
});

Deno.test("ingest() trims names and takes blank texts as absent", async () => {
  await using home = skillsHome();
  const skills = home.open();
  const given = { name: " a ", code: "x", description: " ", taskKeywords: [" k ", "", "k"] };
  assert.deepEqual(await skills.ingest("default", { ...given, domain: "", supersedes: " " }), {
    name: "a",
    version: 1,
  });
  assert.deepEqual(skills.list("default"), [{
    name: "a",
    taskKeywords: ["k"],
    status: "active",
    version: 1,
    successCount: 0,
    failCount: 0,
  }]);
});

Deno.test("ingest() makes the next version of a known name, with a clean record", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", DEPLOY);
  await fail(skills, "deploy-web", 3);
  const next = { name: "deploy-web", code: "better()", taskKeywords: ["deploy"] };
  assert.deepEqual(await skills.ingest("default", next), { name: "deploy-web", version: 2 });
  assert.deepEqual(skills.list("default"), [{
    name: "deploy-web",
    taskKeywords: ["deploy"],
    status: "active",
    version: 2,
    successCount: 0,
    failCount: 0,
  }]);
  assert.equal(skills.find("default", { task: "deploy", k: 5 })[0]?.skill.code, "better()");
});

Deno.test("ingest() deprecates the skill named in supersedes", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", { name: "old", code: "1", description: "deploy" });
  const added = await skills.ingest("default", {
    name: "new",
    code: "2",
    description: "deploy",
    supersedes: "old",
  });
  assert.deepEqual(added, { name: "new", version: 1, superseded: "old" });
  assert.deepEqual(
    skills.list("default").map((skill) => [skill.name, skill.status]),
    [["new", "active"], ["old", "deprecated"]],
  );
  assert.deepEqual(foundNames(skills, "deploy"), ["new"]);
});

Deno.test("ingest() accepts its own name in supersedes once there is a version", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await assert.rejects(
    skills.ingest("default", { name: "a", code: "1", supersedes: "a" }),
    { code: "not_found" },
  );
  await skills.ingest("default", { name: "a", code: "1" });
  assert.deepEqual(
    await skills.ingest("default", { name: "a", code: "2", supersedes: "a" }),
    { name: "a", version: 2, superseded: "a" },
  );
  assert.deepEqual(skills.list("default").map((skill) => skill.status), ["active"]);
});

Deno.test("ingest() brings a superseded name back as its next version", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", { name: "a", code: "1" });
  await skills.ingest("default", { name: "b", code: "1", supersedes: "a" });
  await skills.ingest("default", { name: "a", code: "2" });
  assert.deepEqual(
    skills.list("default").map((skill) => [skill.name, skill.version, skill.status]),
    [["a", 2, "active"], ["b", 1, "active"]],
  );
});

Deno.test("ingest() stores nothing when supersedes names no skill", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("team", { name: "old", code: "1" });
  await assert.rejects(
    skills.ingest("default", { name: "new", code: "2", supersedes: "old" }),
    { name: "CarError", code: "not_found", message: /name in supersedes$/ },
  );
  assert.deepEqual(skills.list("default"), []);
});

Deno.test("list() gives the skills of a domain and the global ones, by name", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", { name: "c", code: "1", domain: "web" });
  await skills.ingest("default", { name: "b", code: "1" });
  await skills.ingest("default", { name: "a", code: "1", domain: "mobile" });
  const names = (domain?: string) =>
    skills.list("default", domain === undefined ? {} : { domain }).map((skill) => skill.name);
  assert.deepEqual(names(), ["a", "b", "c"]);
  assert.deepEqual(names("web"), ["b", "c"]);
  assert.deepEqual(names("nowhere"), ["b"]);
});

Deno.test("Skills keep namespaces apart", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("team/a", { name: "same", code: "1", description: "deploy" });
  await skills.ingest("team/b", { name: "same", code: "2", description: "deploy" });
  assert.equal(skills.find("team/b", { task: "deploy", k: 5 })[0]?.skill.code, "2");
  assert.deepEqual(foundNames(skills, "deploy"), []);
  await assert.rejects(skills.report("default", { name: "same", outcome: "success" }), {
    code: "not_found",
  });
});

Deno.test("find() weighs persona, url, keywords, record and words", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", DEPLOY);
  const url = "https://ci.example.org/7/deploy";
  const [hit] = skills.find("default", { task: "deploying", persona: "OPERATOR", url, k: 3 });
  // 0.4 · (0.4 + 0.3 + 0.3 · 1/2) + 0.4 · 0.5 + 0.2 · 1
  assert.equal(hit?.score, 0.74);
  assert.equal(
    hit?.why,
    "persona fits; url fits; 1 of 2 keywords: deploy; words fit 100 %; not tried yet",
  );
});

Deno.test("find() counts a keyword of several words only when the task has all of them", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", DEPLOY);
  const why = (task: string) => skills.find("default", { task, k: 1 })[0]?.why;
  assert.match(why("note what to release") ?? "", /1 of 2 keywords: release notes/);
  assert.doesNotMatch(why("release the app") ?? "", /keywords/);
});

Deno.test("find() leaves out what nothing ties to the task, however good its record", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", DEPLOY);
  await skills.report("default", { name: "deploy-web", outcome: "success" });
  assert.deepEqual(foundNames(skills, "bake the bread"), []);
  assert.deepEqual(foundNames(skills, "the and of"), []);
});

Deno.test("find() puts the better record first, then the name, and stops at k", async () => {
  await using home = skillsHome();
  const skills = home.open();
  for (const name of ["c", "b", "a"]) {
    await skills.ingest("default", { name, code: "1", description: "deploy" });
  }
  await skills.report("default", { name: "c", outcome: "success" });
  assert.deepEqual(foundNames(skills, "deploy"), ["c", "a", "b"]);
  assert.equal(skills.find("default", { task: "deploy", k: 2 }).length, 2);
});

Deno.test("report() degrades above two more failures than successes, and a success helps", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", DEPLOY);
  await fail(skills, "deploy-web", 1);
  assert.deepEqual(await skills.report("default", { name: "deploy-web", outcome: "failure" }), {
    name: "deploy-web",
    successCount: 0,
    failCount: 2,
    status: "active",
  });
  const third = await skills.report("default", { name: "deploy-web", outcome: "failure" });
  assert.equal(third.status, "degraded");
  assert.deepEqual(foundNames(skills, "deploy"), []);
  assert.equal(skills.list("default")[0]?.status, "degraded");
  const back = await skills.report("default", {
    name: " deploy-web ",
    outcome: "success",
    note: "it was the network",
  });
  assert.deepEqual([back.status, back.successCount, back.failCount], ["active", 1, 3]);
  assert.deepEqual(foundNames(skills, "deploy"), ["deploy-web"]);
});

Deno.test("report() keeps a superseded skill deprecated", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("default", { name: "old", code: "1" });
  await skills.ingest("default", { name: "new", code: "2", supersedes: "old" });
  const reported = await skills.report("default", { name: "old", outcome: "success" });
  assert.equal(reported.status, "deprecated");
});

Deno.test("report() of an unknown name is not_found", async () => {
  await using home = skillsHome();
  await assert.rejects(home.open().report("default", { name: "x", outcome: "success" }), {
    name: "CarError",
    code: "not_found",
    message: "Cannot report on this skill: no skill of the namespace has the name in name",
  });
});

Deno.test("Skills survive a restart", async () => {
  await using home = skillsHome();
  const before = home.open();
  await before.ingest("default", DEPLOY);
  await before.report("default", { name: "deploy-web", outcome: "success" });
  await home.closeAll();
  const after = home.open();
  assert.equal(after.list("default")[0]?.successCount, 1);
  assert.deepEqual(foundNames(after, "deploy"), ["deploy-web"]);
});

Deno.test("Two processes on one file see each other's skills and lose no report", async () => {
  await using home = skillsHome();
  const [one, two] = [home.open(), home.open()];
  assert.deepEqual(two.list("default"), []);
  await one.ingest("default", DEPLOY);
  assert.deepEqual(foundNames(two, "deploy"), ["deploy-web"]);
  await Promise.all(
    [one, two, one, two].map((skills) =>
      skills.report("default", { name: "deploy-web", outcome: "success" })
    ),
  );
  assert.equal(one.list("default")[0]?.successCount, 4);
  assert.equal(two.list("default")[0]?.successCount, 4);
  await two.ingest("default", { name: "deploy-web", code: "2" });
  assert.deepEqual(foundNames(one, "release"), []);
});

Deno.test("Skills find what was stored while their namespace was out of RAM", async () => {
  await using home = skillsHome();
  const skills = home.open();
  await skills.ingest("first", { name: "a", code: "1", description: "deploy" });
  assert.deepEqual(foundNames(skills, "deploy", "first"), ["a"]);
  for (let at = 0; at < 300; at++) skills.list(`other-${at}`);
  await skills.ingest("first", { name: "b", code: "1", description: "deploy" });
  assert.deepEqual(foundNames(skills, "deploy", "first"), ["a", "b"]);
});

Deno.test("close() is safe to call twice and ends every use", async () => {
  await using home = skillsHome();
  const skills = home.open();
  const lastWord = skills.ingest("default", { name: "a", code: "1" });
  await skills.close();
  await skills.close();
  assert.equal((await lastWord).version, 1);
  assert.throws(() => skills.list("default"), { code: "closed" });
  assert.throws(() => skills.find("default", { task: "x", k: 1 }), { code: "closed" });
  assert.throws(() => skills.stats(), { code: "closed" });
  await assert.rejects(skills.ingest("default", { name: "a", code: "1" }), { code: "closed" });
  await assert.rejects(skills.report("default", { name: "a", outcome: "success" }), {
    code: "closed",
  });
});
