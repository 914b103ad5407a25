// Files made at random: the line that is named is the one where the key stands.

import assert from "node:assert/strict";
import { lineOfKey } from "../../src/base/toml_line.ts";
import { seededRandom, testSeed } from "../helpers/seeded_random.ts";

Deno.test("lineOfKey() finds the line of every statement of a random file", () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const fillers = ["", "# a comment", 'x%="a"', 'x%="""\nk0 = 1\n[[t]]\n"""', "x%=[\n1,\n2\n]"];
  for (let round = 0; round < 300; round++) {
    const lines: string[] = [];
    const wanted = new Map<string, number>();
    for (let statement = 0; statement < 1 + random(20); statement++) {
      const filler = fillers[random(fillers.length)] ?? "";
      lines.push(...filler.replace("%", `${round}_${statement}`).split("\n"));
      wanted.set(`k${statement}`, lines.length + 1);
      lines.push(`k${statement} = ${statement}`);
    }
    const text = lines.join("\n");
    for (const [key, line] of wanted) {
      assert.equal(lineOfKey(text, [key]), line, `seed ${seed}, ${key} in\n${text}`);
    }
    assert.equal(lineOfKey(text, ["absent"]), undefined);
  }
});
