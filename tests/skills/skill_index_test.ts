import assert from "node:assert/strict";
import type { NewSkill } from "../../src/skills/skill.ts";
import type { Skills } from "../../src/skills/skills.ts";
import { skillsHome } from "./_test_skills.ts";

const WORDS = ["deploy", "build", "测试", "web-app", "runTests", "release notes", "the"];

// Small steps of a linear congruential generator, so that a failure can be repeated by its seed.
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 65_536) % below;
  };
}

function randomSkill(random: (below: number) => number, names: readonly string[]): NewSkill {
  const words = () => WORDS.filter(() => random(3) === 0);
  const older = names[random(names.length + 3)];
  return {
    name: `skill ${random(6)}`,
    code: "x",
    description: words().join(" "),
    taskKeywords: words(),
    ...(random(2) === 0 ? { persona: "Ops" } : {}),
    ...(random(2) === 0 ? { urlPattern: "example.*/a" } : {}),
    ...(older === undefined ? {} : { supersedes: older }),
  };
}

function answersOf(skills: Skills): unknown {
  const found = WORDS.map((task) =>
    skills.find("default", { task, persona: "ops", url: "https://example.org/a", k: 20 })
  );
  return [skills.list("default"), found];
}

Deno.test("Skills that follow changes answer as skills that are read anew", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  const random = randomOf(seed);
  await using home = skillsHome();
  const [writer, reader] = [home.open(), home.open()];
  for (let round = 0; round < 40; round++) {
    const names = writer.list("default").map((skill) => skill.name);
    const name = names[random(names.length * 2 + 1)];
    if (name === undefined) await writer.ingest("default", randomSkill(random, names));
    else {
      const outcome = random(3) === 0 ? "success" : "failure";
      await writer.report("default", { name, outcome });
    }
    const expected = answersOf(writer);
    assert.deepEqual(answersOf(reader), expected, `seed ${seed}, round ${round}`);
    if (round % 8 !== 0) continue;
    assert.deepEqual(answersOf(home.open()), expected, `seed ${seed}, round ${round}`);
  }
});
