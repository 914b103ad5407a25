// What Deno puts into an executable, in a folder of its own: the program and the packages it uses.
// From the checkout Deno would take every package of the development along, and leave out modules that
// are imported only when they are needed.

import { execFileSync } from "node:child_process";
import { cpSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a stage is made from. */
export interface StageOptions {
  /** The checkout. */
  readonly root: string;
  /** Where the stage goes: an empty folder. */
  readonly folder: string;
  /** The commit that `version` names; undefined: unknown. */
  readonly revision: string | undefined;
}

/** The part of `deno.json` that is read here. */
interface Configuration {
  readonly imports: Readonly<Record<string, string>>;
  readonly unstable: readonly string[];
  readonly compilerOptions: unknown;
}

// Deno would not follow what is imported while running.
const NOT_IN_EXECUTABLES = "lazy-dynamic-imports";
// Deno reads every file of a package as if it were a script. Here that is one with a hundred thousand
// numbers, a line each, which is more than its stack takes.
const UNREADABLE = "node_modules/.deno/bintrees@*/node_modules/bintrees/test";
// What packages bring along for people and editors.
const UNUSED = "node_modules/.deno/**/*.{map,md,d.ts,d.cts,d.mts}";

/** Lays the program out for `deno compile`; gives back the path of its main module. */
export function stageForDeno(deno: string, { root, folder, revision }: StageOptions): string {
  cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
  cpSync(join(root, "deno.lock"), join(folder, "deno.lock"));
  const configuration: Configuration = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
  const staged = {
    nodeModulesDir: "auto",
    unstable: configuration.unstable.filter((feature) => feature !== NOT_IN_EXECUTABLES),
    imports: importsOf(join(folder, "src"), configuration.imports),
    compilerOptions: configuration.compilerOptions,
  };
  writeFileSync(join(folder, "deno.json"), JSON.stringify(staged));
  execFileSync(deno, ["install", "--quiet"], { cwd: folder, stdio: "pipe" });
  for (const path of globSync([UNREADABLE, UNUSED], { cwd: folder })) {
    rmSync(join(folder, path), { recursive: true });
  }
  const main = join(folder, "main.ts");
  writeFileSync(main, mainModule(revision));
  return main;
}

function mainModule(revision: string | undefined): string {
  return [
    'import { argv, exit } from "node:process";',
    'import { run } from "./src/cli/run.ts";',
    ...(revision === undefined
      ? []
      : [`Object.assign(globalThis, { CAR_REVISION: ${JSON.stringify(revision)} });`]),
    "exit(await run(argv.slice(2)));",
  ].join("\n");
}

/** Those packages that the source names. */
function importsOf(
  source: string,
  imports: Readonly<Record<string, string>>,
): Record<string, string> {
  const texts = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(source, path), "utf8"));
  const isNamed = (name: string) =>
    texts.some((text) => text.includes(`"${name}"`) || text.includes(`"${name}/`));
  return Object.fromEntries(Object.entries(imports).filter(([name]) => isNamed(name)));
}
