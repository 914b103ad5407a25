import assert from "node:assert/strict";
import { checkHouseMap } from "./house_map.ts";

Deno.test("checkHouseMap() accepts a table row, a list line and a line of a drawn tree", () => {
  const text = "# The house\n\n| `base/` | small tools |\n- `rpc/` peers\n  http/      routes\n";
  assert.deepEqual(checkHouseMap({ text, folders: ["base", "http", "rpc"] }), []);
});

Deno.test("checkHouseMap() reports a folder without a line", () => {
  const problems = checkHouseMap({
    text: "- `base/` mentions rpc/ later",
    folders: ["base", "rpc"],
  });
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /src\/rpc\/ has no line/);
});

Deno.test("checkHouseMap() reports every folder when there is no map", () => {
  assert.equal(checkHouseMap({ text: "", folders: ["base", "rpc"] }).length, 2);
});

Deno.test("checkHouseMap() reports a line whose folder is gone", () => {
  const problems = checkHouseMap({ text: "- `base/` tools\n- `old/` gone", folders: ["base"] });
  assert.deepEqual(problems, ["src/README.md has a line for src/old/, which does not exist"]);
});
