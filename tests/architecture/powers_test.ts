import { assertAccepts, assertReports } from "./expect.ts";
import { checkConsole, checkExit, checkIntervals, checkServe, checkTime } from "./powers.ts";
import type { Check } from "./source.ts";

function assertEachReported(check: Check, forms: readonly string[]): void {
  for (const text of forms) assertReports(check, { "src/a.ts": text }, /src\/a\.ts line 1/);
}

Deno.test("checkExit() reports whoever ends the process but main.ts", () => {
  assertEachReported(checkExit, [
    "Deno.exit(1);",
    "process.exit(0);",
    "process['exit'](0);",
    "globalThis.process.exit();",
    "process.abort();",
    'import { exit } from "node:process";',
    'import { exit as leave } from "node:process";',
  ]);
  assertAccepts(checkExit, { "main.ts": "process.exit(0);", "tests/a_test.ts": "Deno.exit();" });
});

Deno.test("checkExit() tells other exits and signals for others apart", () => {
  const text = "child.exit(); program.exitOverride(); process.kill(pid, 'SIGTERM'); exit(); " +
    'import { env } from "node:process";';
  assertAccepts(checkExit, { "src/a.ts": text });
});

Deno.test("checkServe() reports whoever names a runtime's server but listen.ts", () => {
  assertEachReported(checkServe, [
    "Deno.serve(handler);",
    "Bun.serve({ fetch });",
    "globalThis.Deno.serve(handler);",
    "(globalThis as { Bun: Server }).Bun.serve({ fetch });",
    "Deno['serve'](handler);",
  ]);
  assertAccepts(checkServe, { "src/http/listen.ts": "Deno.serve(handler);" });
  assertAccepts(checkServe, { "src/cli/serve.ts": "command.serve(); Deno.env.get('A');" });
});

Deno.test("checkTime() reports whoever reads the time or sets a timer but clock.ts", () => {
  assertEachReported(checkTime, [
    "const now = Date.now();",
    "const now = Date.now;",
    "const now = new Date();",
    "const now = performance.now();",
    "const now = process.hrtime();",
    "setTimeout(fire, 10);",
    "globalThis.setTimeout(fire, 10);",
    "const wait = setTimeout;",
    "const signal = AbortSignal.timeout(10);",
    'import { setTimeout } from "node:timers/promises";',
    'import { setTimeout as sleep } from "node:timers/promises";',
  ]);
  assertAccepts(checkTime, { "src/base/clock.ts": "setTimeout(fire, Date.now());" });
});

Deno.test("checkTime() accepts given times and the timers of others", () => {
  const text = "const date = new Date(clock.now()); socket.setTimeout(10); clock.now(); " +
    "setImmediate(fire); queueMicrotask(fire); " +
    "const own = { setTimeout: 1 }; interface A { setTimeout(): void }";
  assertAccepts(checkTime, { "src/a.ts": text });
});

Deno.test("checkIntervals() reports an interval anywhere, clock.ts included", () => {
  assertEachReported(checkIntervals, ["setInterval(fire, 10);", "globalThis.setInterval(f, 1);"]);
  assertReports(checkIntervals, { "src/base/clock.ts": "setInterval(f, 1);" }, /nothing may/);
});

Deno.test("checkConsole() reports the console anywhere in the product", () => {
  assertEachReported(checkConsole, ["console.log(1);", "const { error } = console;"]);
  assertReports(checkConsole, { "main.ts": "console.error(1);" }, /console/);
  assertAccepts(checkConsole, { "scripts/a.ts": "console.log(1);", "src/a.ts": "ui.console();" });
});
