// A file that several processes append to while it makes way for the next.

import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { appendLines, oldPaths } from "../../src/storage/_rotating_file.ts";
import { runProcess } from "../helpers/process.ts";
import { BUN, DENO } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const SCRIPT = fileURLToPath(new URL("./_line_appender.ts", import.meta.url));
const LINES = 2_000;
const BYTES_MAX = 4_000;

Deno.test("appendLines() loses and tears nothing when processes write and rotate at the same time", async () => {
  using home = tempHome();
  const path = join(home.path, "lines.log");
  const allowed = { ...DENO, prefix: ["run", "--quiet", "-A"] };
  const runtimes = [allowed, BUN ?? allowed, allowed];
  const ends = await Promise.all(runtimes.map((runtime, at) =>
    runProcess({
      runtime,
      script: SCRIPT,
      args: [path, `writer${at}`, String(LINES), String(BYTES_MAX)],
    })
  ));
  for (const { code, stderr } of ends) assert.equal(code, 0, stderr);
  const names = readdirSync(home.path).filter((name) => name.endsWith(".log"));
  assert.ok(names.length > 10, `${names.length} files`);
  const texts = names.map((name) => readFileSync(join(home.path, name), "utf8"));
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line !== "");
  const wanted = runtimes.flatMap((_, writer) =>
    Array.from({ length: LINES }, (_, at) => `writer${writer} ${at} ${"x".repeat(at % 90)}.`)
  );
  assert.deepEqual(lines.toSorted(), wanted.toSorted());
});

Deno.test("appendLines() begins on a line of its own behind half a line", () => {
  using home = tempHome();
  const path = join(home.path, "lines.log");
  appendFileSync(path, "whole\nhal");
  appendLines("next\n", { path, bytesMax: 1_000, oldFilesMax: 1 });
  appendLines("last\n", { path, bytesMax: 1_000, oldFilesMax: 1 });
  assert.equal(readFileSync(path, "utf8"), "whole\nhal\nnext\nlast\n");
});

Deno.test("appendLines() writes what is larger than a file may be into a file of its own", () => {
  using home = tempHome();
  const path = join(home.path, "lines.log");
  const file = { path, bytesMax: 10, oldFilesMax: 2 };
  appendLines(`${"a".repeat(50)}\n`, file);
  appendLines("b\n", file);
  assert.equal(readFileSync(path, "utf8"), "b\n");
  const [youngest = ""] = oldPaths(file);
  assert.equal(statSync(youngest).size, 51);
});
