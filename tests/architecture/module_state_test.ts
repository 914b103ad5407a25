import { assertAccepts, assertReports } from "./expect.ts";
import { checkImportsDoNothing, checkModuleState } from "./module_state.ts";

Deno.test("checkModuleState() reports a variable at module level", () => {
  assertReports(checkModuleState, { "src/a.ts": "let count = 0;" }, /a variable/);
  assertReports(checkModuleState, { "src/a.ts": "export var count: number;" }, /a variable/);
});

Deno.test("checkModuleState() reports collections and instances that can change", () => {
  const forms = [
    "const KEPT = new Map<string, number>();",
    "const KEPT = new Set(['a']);",
    "const KEPT: Map<string, number> = new Map();",
    "const KEPT = new WeakMap<object, string>();",
    "const KEPT: string[] = [];",
    "const KEPT = ['a'];",
    "const KEPT = {};",
    "const KEPT = [] as string[];",
    "const KEPT = new Uint8Array(8);",
    "const KEPT = new SessionMap();",
    "const KEPT = ['a'] satisfies string[];",
  ];
  for (const text of forms) {
    assertReports(checkModuleState, { "src/a.ts": text }, /\(KEPT\) can change/);
  }
});

Deno.test("checkModuleState() accepts what is frozen, typed as readonly, or without state", () => {
  const forms = [
    "const NAMES = ['a'] as const;",
    "const NAMES: readonly string[] = ['a'];",
    "const NAMES = Object.keys(TABLE) as readonly string[];",
    "const NAMES: ReadonlySet<string> = new Set(['a']);",
    "const BY_NAME: ReadonlyMap<string, number> = new Map();",
    "const EMPTY: Readonly<Record<string, string>> = {};",
    "const FROZEN = Object.freeze({ a: 1 });",
    "const TABLE = { a: 1 };",
    "const ENCODER = new TextEncoder();",
    "const COUNT = 3;",
    "function f() { let inside = 0; const own = new Map(); inside++; own.clear(); }",
  ];
  for (const text of forms) assertAccepts(checkModuleState, { "src/a.ts": text });
});

Deno.test("checkModuleState() reports a write into a constant, from wherever", () => {
  const table = "const TABLE = { count: 0 };\n";
  const writes = [
    "TABLE.count = 1;",
    "TABLE.count += 1;",
    "TABLE.count++;",
    "TABLE['count'] = 2;",
    "delete TABLE.count;",
  ];
  for (const write of writes) {
    const text = `${table}function f() { ${write} }`;
    assertReports(checkModuleState, { "src/a.ts": text }, /writes into TABLE/);
  }
});

Deno.test("checkModuleState() tells a local of the same name apart", () => {
  const text = "const entry = { a: 1 };\n" +
    "function f(entry: { a: number }) { entry.a = 2; }\n" +
    "function g() { const entry = { a: 1 }; return () => { entry.a = 2; }; }";
  assertAccepts(checkModuleState, { "src/a.ts": text });
});

Deno.test("checkModuleState() reports a static field that can change", () => {
  const count = { "src/a.ts": "class A { static count = 0; }" };
  assertReports(checkModuleState, count, /static field/);
  const cache = { "src/a.ts": "class A { static readonly cache = new Map(); }" };
  assertReports(checkModuleState, cache, /static field/);
  assertAccepts(checkModuleState, { "src/a.ts": "class A { static readonly MAX = 3; own = 0; }" });
});

Deno.test("checkModuleState() leaves tests and scripts alone", () => {
  assertAccepts(checkModuleState, {
    "tests/a_test.ts": "let count = 0;",
    "scripts/a.ts": "let b;",
  });
});

Deno.test("checkImportsDoNothing() reports statements that run on import", () => {
  const forms = ["start();", "if (a) b();", "for (const a of b) c(a);", "await ready;"];
  for (const text of forms) {
    assertReports(checkImportsDoNothing, { "src/a.ts": text }, /runs when/);
  }
});

Deno.test("checkImportsDoNothing() lets main.ts run and bounds be asserted", () => {
  assertAccepts(checkImportsDoNothing, {
    "main.ts": "await run();",
    "src/base/limits.ts": "invariant(1 < 2, 'one is less');",
    "src/a.ts": "import './b.ts';\nexport const a = f();\nfunction f() {}\ninterface B {}",
  });
});
