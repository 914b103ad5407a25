// The command that clients start: absolute, with the permissions of the task, and not in a cache.

import assert from "node:assert/strict";
import { CarError } from "../../../src/base/errors.ts";
import { bridgeCommand } from "../../../src/cli/connect/launch.ts";

Deno.test("bridgeCommand() puts the bridge and its flags behind what starts the program", () => {
  const args = ["--namespace", "auto"];
  assert.deepEqual(bridgeCommand({ command: "/opt/car-mcp", args: [] }, args), {
    ...{ kind: "command", command: "/opt/car-mcp", args: ["stdio", ...args] },
  });
  assert.deepEqual(bridgeCommand({ command: "/opt/bun", args: ["/src/main.ts"] }, []), {
    ...{ kind: "command", command: "/opt/bun", args: ["/src/main.ts", "stdio"] },
  });
});

const CACHED = [
  "/home/ada/.npm/_npx/1f2e/node_modules/@deno/linux-x64-glibc/deno",
  "/tmp/bunx-1000-bun@1.4.4/node_modules/bun/bin/bun",
  "/home/ada/.bun/install/cache/bun/bun",
  "/home/ada/.cache/pnpm/dlx/x/node_modules/.bin/deno",
  "/home/ada/.cache/deno/npm/registry/deno/2.9.6/deno",
  "C:\\Users\\ada\\AppData\\Local\\npm-cache\\_npx\\1f\\node_modules\\deno\\deno.exe",
];

for (const path of CACHED) {
  Deno.test(`bridgeCommand() refuses ${path}`, () => {
    const asRuntime = { command: path, args: ["run", "/src/main.ts"] };
    const asScript = { command: "/opt/deno", args: ["run", path] };
    for (const program of [asRuntime, asScript]) {
      assert.throws(
        () => bridgeCommand(program, []),
        (thrown) => thrown instanceof CarError && thrown.message.includes(path),
      );
    }
  });
}
