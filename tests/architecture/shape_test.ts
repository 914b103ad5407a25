import {
  checkBarrels,
  checkDocstrings,
  checkFileLength,
  checkFileNames,
  checkFunctionLength,
  checkHeads,
  FILE_LINES_MAX,
  FUNCTION_LINES_MAX,
} from "./shape.ts";
import { assertAccepts, assertReports } from "./expect.ts";

const lines = (count: number) => "// a line\n".repeat(count);

Deno.test("checkFileLength() accepts the longest file and reports one line more", () => {
  assertAccepts(checkFileLength, { "src/a.ts": lines(FILE_LINES_MAX) });
  assertReports(checkFileLength, { "src/a.ts": lines(FILE_LINES_MAX + 1) }, /301 lines/);
});

Deno.test("checkFunctionLength() accepts the longest function and reports one line more", () => {
  const of = (count: number) => `function a() {\n${lines(count - 2)}}\n`;
  assertAccepts(checkFunctionLength, { "src/a.ts": of(FUNCTION_LINES_MAX) });
  assertReports(checkFunctionLength, { "src/a.ts": of(FUNCTION_LINES_MAX + 1) }, /a .* 71 lines/);
});

Deno.test("checkFunctionLength() sees methods, arrows, constructors and accessors", () => {
  const body = `{\n${lines(FUNCTION_LINES_MAX)}}`;
  const forms: readonly (readonly [string, RegExp])[] = [
    [`class A { run() ${body} }`, /run /],
    [`class A { constructor() ${body} }`, /constructor /],
    [`class A { get size() ${body} }`, /size /],
    [`const late = async () => ${body};`, /late /],
    [`const of = { deep: function () ${body} };`, /deep /],
    [`call(() => ${body});`, /a function /],
  ];
  for (const [text, complaint] of forms) {
    assertReports(checkFunctionLength, { "src/a.ts": text }, complaint);
  }
});

Deno.test("checkFunctionLength() measures a function without the docstring above it", () => {
  const text = `/**\n${lines(FUNCTION_LINES_MAX)}*/\nfunction a() {}\n`;
  assertAccepts(checkFunctionLength, { "src/a.ts": text });
});

Deno.test("checkFileNames() reports grab-bags and other ways of writing a name", () => {
  assertAccepts(checkFileNames, { "src/http/_error_response.ts": "", "src/rpc/peer2.ts": "" });
  for (const name of ["index", "types", "utils", "mod", "helpers"]) {
    assertReports(checkFileNames, { [`src/a/${name}.ts`]: "" }, /says nothing/);
  }
  for (const name of ["eventLog", "event-log", "__log", "Log"]) {
    assertReports(checkFileNames, { [`src/a/${name}.ts`]: "" }, /snake_case/);
  }
});

Deno.test("checkBarrels() reports a file that only passes on, or passes on everything", () => {
  assertReports(checkBarrels, { "src/a.ts": 'export { b } from "./b.ts";' }, /nothing of its own/);
  const star = 'export * from "./b.ts";\nexport const own = 1;';
  assertReports(checkBarrels, { "src/a.ts": star }, /everything/);
  const named = 'export type { B } from "./b.ts";\nexport const own = 1;';
  assertAccepts(checkBarrels, { "src/a.ts": named });
});

Deno.test("checkHeads() reports a file that opens with code, or is empty", () => {
  assertAccepts(checkHeads, { "src/a.ts": "// What it is for.\n" });
  assertAccepts(checkHeads, { "main.ts": "#!/usr/bin/env -S deno run\n/* What it is for. */\n" });
  assertReports(checkHeads, { "src/a.ts": 'import "./b.ts";\n// Too late.\n' }, /what it is for/);
  assertReports(checkHeads, { "src/a.ts": "" }, /what it is for/);
});

Deno.test("checkDocstrings() reports each kind of export without one", () => {
  const forms = [
    "export function lone(): void {}",
    "export class lone {}",
    "export interface lone {}",
    "export type lone = 1;",
    "export const lone = 1;",
    "export enum lone {}",
    "// Not a docstring.\nexport const lone = 1;",
    "/** */\nexport const lone = 1;",
  ];
  for (const text of forms) {
    assertReports(checkDocstrings, { "src/a.ts": text }, /exports lone without/);
    assertAccepts(checkDocstrings, { "src/a.ts": `/** Says what. */\n${text.split("\n").at(-1)}` });
  }
});

Deno.test("checkDocstrings() asks nothing of what stays inside, of tests and of overloads", () => {
  assertAccepts(checkDocstrings, { "src/a.ts": "const inside = 1;\nfunction also() {}" });
  assertAccepts(checkDocstrings, { "tests/a_test.ts": "export const lone = 1;" });
  const overloads = "/** Says what. */\nexport function f(a: 1): 1;\n" +
    "export function f(a: 2): 2;\nexport function f(a: unknown): unknown { return a; }";
  assertAccepts(checkDocstrings, { "src/a.ts": overloads });
});
