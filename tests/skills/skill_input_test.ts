// The bounds of the skills, each on both sides.

import assert from "node:assert/strict";
import { CarError } from "../../src/base/errors.ts";
import type { Limits } from "../../src/base/limits.ts";
import type { NewSkill, SkillOutcome, SkillQuery } from "../../src/skills/skill.ts";
import type { Skills } from "../../src/skills/skills.ts";
import { skillsHome } from "./_test_skills.ts";

const LIMITS: Partial<Limits> = {
  subjectBytesMax: 16,
  skillCodeBytesMax: 32,
  skillTextBytesMax: 20,
  skillKeywordsMax: 2,
  tagCharsMax: 8,
  queryBytesMax: 24,
};
const SECRET = "swordfish";

async function messageOf(call: (skills: Skills) => unknown): Promise<string | undefined> {
  await using home = skillsHome();
  const skills = home.open(LIMITS);
  try {
    await call(skills);
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof CarError);
    assert.equal(thrown.code, "invalid_argument");
    assert.ok(!thrown.message.includes(SECRET), "a message never repeats what was given");
    return thrown.message;
  }
}

const SKILLS: readonly (readonly [string, Partial<NewSkill>, string | undefined])[] = [
  ["a name of 16 bytes", { name: "é".repeat(8) }, undefined],
  ["a name of 18 bytes", { name: "é".repeat(9) }, `"name" has 18 bytes; allowed: at most 16`],
  ["a blank name", { name: " " }, `"name" is empty; allowed: at least one visible character`],
  ["code of 32 bytes", { code: "x".repeat(32) }, undefined],
  ["code of 33 bytes", { code: "x".repeat(33) }, `"code" has 33 bytes; allowed: at most 32`],
  ["blank code", { code: "\n" }, `"code" is empty; allowed: at least one visible character`],
  [
    "NUL in code",
    { code: `${SECRET}\0` },
    `"code" holds the character U+0000; allowed: text without it`,
  ],
  [
    "half a character",
    { description: "\ud800" },
    `"description" holds half of a surrogate pair; allowed: well-formed Unicode`,
  ],
  ["a description of 20 bytes", { description: "x".repeat(20) }, undefined],
  [
    "a url pattern of 21 bytes",
    { urlPattern: "x".repeat(21) },
    `"url_pattern" has 21 bytes; allowed: at most 20`,
  ],
  ["a long persona", { persona: "x".repeat(17) }, `"persona" has 17 bytes; allowed: at most 16`],
  ["a long platform", { platform: "x".repeat(17) }, `"platform" has 17 bytes; allowed: at most 16`],
  ["a long domain", { domain: "x".repeat(17) }, `"domain" has 17 bytes; allowed: at most 16`],
  [
    "a long name to supersede",
    { supersedes: "x".repeat(17) },
    `"supersedes" has 17 bytes; allowed: at most 16`,
  ],
  ["two keywords of 8 characters", { taskKeywords: ["x".repeat(8), "y"] }, undefined],
  [
    "three keywords",
    { taskKeywords: ["a", "b", "c"] },
    `"task_keywords" has 3 entries; allowed: at most 2`,
  ],
  [
    "a keyword of 9 characters",
    { taskKeywords: ["a", SECRET] },
    `"task_keywords[1]" has 9 characters; allowed: at most 8`,
  ],
];

for (const [name, more, expected] of SKILLS) {
  Deno.test(`ingest() ${expected === undefined ? "accepts" : "refuses"} ${name}`, async () => {
    const skill = { name: "n", code: "c", ...more };
    assert.equal(await messageOf((skills) => skills.ingest("default", skill)), expected);
  });
}

const QUERIES: readonly (readonly [string, Partial<SkillQuery>, string | undefined])[] = [
  ["k of 1", { k: 1 }, undefined],
  ["k of 20", { k: 20 }, undefined],
  ["k of 0", { k: 0 }, `"k" is 0; allowed: a whole number from 1 to 20`],
  ["k of 21", { k: 21 }, `"k" is 21; allowed: a whole number from 1 to 20`],
  ["k of 1.5", { k: 1.5 }, `"k" is 1.5; allowed: a whole number from 1 to 20`],
  ["a task of 24 bytes", { task: "x".repeat(24) }, undefined],
  ["a task of 25 bytes", { task: "x".repeat(25) }, `"task" has 25 bytes; allowed: at most 24`],
  ["a blank task", { task: "" }, `"task" is empty; allowed: at least one visible character`],
  ["a url of 25 bytes", { url: "x".repeat(25) }, `"url" has 25 bytes; allowed: at most 24`],
  ["a long persona", { persona: "x".repeat(17) }, `"persona" has 17 bytes; allowed: at most 16`],
];

for (const [name, more, expected] of QUERIES) {
  Deno.test(`find() ${expected === undefined ? "accepts" : "refuses"} ${name}`, async () => {
    const query = { task: "t", k: 3, ...more };
    assert.equal(await messageOf((skills) => skills.find("default", query)), expected);
  });
}

Deno.test("report() refuses an outcome it does not know and a long note", async () => {
  // What a caller without a compiler could send.
  const wrong = { name: "n", outcome: SECRET } as unknown as SkillOutcome;
  assert.equal(
    await messageOf((skills) => skills.report("default", wrong)),
    `"outcome" is none of the known words; allowed: success, failure`,
  );
  const long = { name: "n", outcome: "success", note: "x".repeat(21) } as const;
  assert.equal(
    await messageOf((skills) => skills.report("default", long)),
    `"note" has 21 bytes; allowed: at most 20`,
  );
});

Deno.test("Skills refuse a namespace that is none", async () => {
  for (const namespace of ["", "a b", "ä", "x".repeat(129)]) {
    assert.match(
      await messageOf((skills) => skills.list(namespace)) ?? "",
      /^"namespace" (is empty or holds other characters|has 129 characters); allowed: /,
    );
  }
  assert.equal(await messageOf((skills) => skills.list(`A-z0_9./${"x".repeat(120)}`)), undefined);
});

Deno.test("ingest() refuses one skill too many, but still new versions", async () => {
  await using home = skillsHome();
  const skills = home.open({ skillsMax: 2 });
  await skills.ingest("default", { name: "a", code: "1" });
  await skills.ingest("default", { name: "b", code: "1" });
  await assert.rejects(skills.ingest("default", { name: "c", code: "1" }), {
    code: "limit_reached",
    message: "Cannot store this skill: there are 2 skills, at most 2 allowed",
  });
  assert.equal((await skills.ingest("default", { name: "a", code: "2" })).version, 2);
  assert.equal((await skills.ingest("other", { name: "c", code: "1" })).version, 1);
});

Deno.test("ingest() refuses one namespace too many", async () => {
  await using home = skillsHome();
  const skills = home.open({ namespacesMax: 1 });
  await skills.ingest("one", { name: "a", code: "1" });
  await skills.ingest("one", { name: "b", code: "1" });
  await assert.rejects(skills.ingest("two", { name: "a", code: "1" }), { code: "limit_reached" });
});

Deno.test("ingest() keeps counting versions when the oldest are dropped", async () => {
  await using home = skillsHome();
  const skills = home.open({ skillVersionsMax: 2 });
  for (const version of [1, 2, 3, 4]) {
    assert.equal((await skills.ingest("default", { name: "a", code: "x" })).version, version);
  }
  assert.equal(skills.list("default")[0]?.version, 4);
});

Deno.test("ingest() takes a URL pattern of 32 wildcards and refuses one more", async () => {
  await using home = skillsHome();
  const skills = home.open();
  const ingest = (wildcards: number) =>
    skills.ingest("default", { name: "s", code: "x", urlPattern: "a*".repeat(wildcards) });
  await ingest(32);
  const [found] = skills.find("default", { task: "t", url: `https://${"a".repeat(32)}`, k: 1 });
  assert.equal(found?.skill.name, "s");
  assert.deepEqual(skills.find("default", { task: "t", url: "https://aaa", k: 1 }), []);
  const message = '"url_pattern" has 33 wildcards; allowed: at most 32';
  await assert.rejects(ingest(33), { code: "invalid_argument", message });
});
