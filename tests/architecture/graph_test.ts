import { assertAccepts, assertReports } from "./expect.ts";
import { checkComputedImports, checkCycles, checkLazyCommands, checkUnused } from "./graph.ts";

Deno.test("checkCycles() accepts two ways to one file", () => {
  assertAccepts(checkCycles, {
    "src/a.ts": 'import "./b.ts"; import "./c.ts";',
    "src/b.ts": 'import "./c.ts";',
    "src/c.ts": "",
  });
});

Deno.test("checkCycles() reports a circle once, with all that are in it", () => {
  const circle = {
    "src/a.ts": 'import "./b.ts";',
    "src/b.ts": 'import "./c.ts";',
    "src/c.ts": 'import "./a.ts";',
    "src/d.ts": 'import "./a.ts";',
  };
  assertReports(checkCycles, circle, /circle: src\/a\.ts, src\/b\.ts, src\/c\.ts$/);
});

Deno.test("checkCycles() reports a circle of types, of a late import, and of one file", () => {
  const types = {
    "src/a.ts": 'import type { B } from "./b.ts";',
    "src/b.ts": 'import { type A } from "./a.ts";',
  };
  assertReports(checkCycles, types, /circle/);
  const late = {
    "src/a.ts": 'const b = () => import("./b.ts");',
    "src/b.ts": 'import { a } from "./a.ts";',
  };
  assertReports(checkCycles, late, /circle/);
  assertReports(checkCycles, { "src/a.ts": 'import "./a.ts";' }, /circle: src\/a\.ts$/);
});

Deno.test("checkUnused() reports a file that nothing imports", () => {
  const tree = { "main.ts": 'import "./src/cli/run.ts";', "src/cli/run.ts": "", "src/left.ts": "" };
  assertReports(checkUnused, tree, /src\/left\.ts is imported by nothing/);
});

Deno.test("checkUnused() reports a file that only an unused file imports", () => {
  const island = { "src/app.ts": "", "src/b/one.ts": 'import "./two.ts";', "src/b/two.ts": "" };
  assertReports(
    (units) => checkUnused(units).filter((problem) => problem.includes("two.ts")),
    island,
    /two\.ts/,
  );
});

Deno.test("checkUnused() counts late imports, types and files named by URL", () => {
  assertAccepts(checkUnused, {
    "main.ts": 'import("./src/cli/serve.ts");',
    "src/cli/serve.ts": 'import type { A } from "../app.ts";',
    "src/app.ts": 'const worker = new URL("./memory/worker.ts", import.meta.url);',
    "src/memory/worker.ts": "",
  });
});

Deno.test("checkUnused() waits for a program to be there", () => {
  assertAccepts(checkUnused, { "src/base/ids.ts": "" });
});

Deno.test("checkLazyCommands() reports a main.ts that loads the app at once", () => {
  const eager = {
    "main.ts": 'import "./src/cli/serve.ts";',
    "src/cli/serve.ts": 'import { start } from "../app.ts";',
    "src/app.ts": "",
  };
  assertReports(checkLazyCommands, eager, /dynamically/);
  assertAccepts(checkLazyCommands, { ...eager, "main.ts": 'import("./src/cli/serve.ts");' });
});

Deno.test("checkComputedImports() reports an import that cannot be followed", () => {
  const computed = { "src/cli/run.ts": "const load = (name: string) => import(`./${name}.ts`);" };
  assertReports(checkComputedImports, computed, /computes what it imports/);
});
