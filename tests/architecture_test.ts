// The promises of the house, derived anew from the source each time. The checks are in
// `architecture/`, each with a test that shows it failing; here they meet the real tree.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  checkBands,
  checkInnerFolders,
  checkPackages,
  checkPrivateFiles,
} from "./architecture/bands.ts";
import {
  checkComputedImports,
  checkCycles,
  checkLazyCommands,
  checkUnused,
} from "./architecture/graph.ts";
import { checkHouseMap } from "./architecture/house_map.ts";
import { checkImportsDoNothing, checkModuleState } from "./architecture/module_state.ts";
import {
  checkConsole,
  checkExit,
  checkIntervals,
  checkServe,
  checkTime,
} from "./architecture/powers.ts";
import {
  checkBarrels,
  checkDocstrings,
  checkFileLength,
  checkFileNames,
  checkFunctionLength,
  checkHeads,
} from "./architecture/shape.ts";
import { type Check, listFolders, loadUnits } from "./architecture/source.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PRODUCT = ["main.ts", "src"] as const;
const PRODUCT_AND_SCRIPTS = [...PRODUCT, "scripts"] as const;
const EVERYTHING = [...PRODUCT_AND_SCRIPTS, "tests"] as const;

interface Promised {
  readonly promise: string;
  readonly check: Check;
  readonly paths: readonly string[];
}

const PROMISES: readonly Promised[] = [
  { promise: "imports go down the bands", check: checkBands, paths: PRODUCT },
  { promise: "development packages stay outside", check: checkPackages, paths: PRODUCT },
  { promise: "_x.ts stays in its folder", check: checkPrivateFiles, paths: EVERYTHING },
  { promise: "folders stay inside their room", check: checkInnerFolders, paths: EVERYTHING },
  { promise: "imports form no circle", check: checkCycles, paths: EVERYTHING },
  { promise: "every file is used", check: checkUnused, paths: PRODUCT },
  { promise: "commands are loaded on demand", check: checkLazyCommands, paths: PRODUCT },
  { promise: "imports can be followed", check: checkComputedImports, paths: PRODUCT },
  { promise: "files are short", check: checkFileLength, paths: EVERYTHING },
  { promise: "functions fit on a screen", check: checkFunctionLength, paths: EVERYTHING },
  { promise: "files have a telling name", check: checkFileNames, paths: EVERYTHING },
  { promise: "there are no barrels", check: checkBarrels, paths: EVERYTHING },
  { promise: "files say what they are for", check: checkHeads, paths: PRODUCT_AND_SCRIPTS },
  { promise: "exports have a docstring", check: checkDocstrings, paths: PRODUCT },
  { promise: "modules hold no state", check: checkModuleState, paths: PRODUCT },
  { promise: "importing does nothing", check: checkImportsDoNothing, paths: PRODUCT },
  { promise: "main.ts alone exits", check: checkExit, paths: PRODUCT },
  { promise: "listen.ts alone names a runtime's server", check: checkServe, paths: PRODUCT },
  { promise: "clock.ts alone tells the time", check: checkTime, paths: PRODUCT },
  { promise: "nothing sets an interval", check: checkIntervals, paths: PRODUCT },
  { promise: "nothing uses the console", check: checkConsole, paths: PRODUCT },
];

const UNITS = loadUnits(ROOT, EVERYTHING);

for (const { promise, check, paths } of PROMISES) {
  Deno.test(`architecture: ${promise}`, () => {
    const units = UNITS.filter((unit) =>
      paths.some((path) => unit.path === path || unit.path.startsWith(`${path}/`))
    );
    assert.deepEqual(check(units), []);
  });
}

Deno.test("architecture: src/README.md has a line for each folder", () => {
  const path = `${ROOT}/src/README.md`;
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  assert.deepEqual(checkHouseMap({ text, folders: listFolders(ROOT, "src") }), []);
});
