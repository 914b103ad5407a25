// What is measured: the four servers of one runtime, and how each is started.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServer } from "./_children.ts";
import type { ServerKind } from "./_load.ts";
import type { RuntimeName } from "./_options.ts";
import { resultOf, type ToolCall } from "./_requests.ts";
import type { Contender } from "./_rounds.ts";

/** The name of this project's server in tables. */
export const PRODUCT = "car-mcp";

/** How to start one runtime. */
export interface Runtime {
  readonly name: RuntimeName;
  /** Path of its executable. */
  readonly command: string;
}

/** The servers that run, and the means to end them all. */
export interface Field extends AsyncDisposable {
  readonly contenders: readonly Contender[];
}

// What the answer of a tool looks like while there is no product to ask.
const SAMPLE_RESULT = { content: [{ type: "text", text: "No skills." }] };

/** Starts all servers of one runtime; the product first, since the others give its answer. */
export async function startField(runtime: Runtime, home: string, call: ToolCall): Promise<Field> {
  const started: ServerProcess[] = [];
  const stop = async () => {
    for (const server of started.splice(0)) await server[Symbol.asyncDispose]();
  };
  const contenders: Contender[] = [];
  const add = (name: string, server: ServerProcess, kind: ServerKind) => {
    started.push(server);
    contenders.push({ name, pid: server.pid, url: server.url, kind });
  };
  try {
    let result: unknown = SAMPLE_RESULT;
    if (hasProduct()) {
      const product = await startProduct(runtime, home);
      add(PRODUCT, product, "mcp");
      result = await resultOf(product.url, call);
    }
    const answer = JSON.stringify(result);
    for (const { name, file, kind } of COMPARED) {
      add(name, await startCompared(runtime, file, [answer, call.name]), kind);
    }
    return { contenders, [Symbol.asyncDispose]: stop };
  } catch (reason) {
    await stop();
    throw reason;
  }
}

const COMPARED = [
  { name: "echo", file: "servers/echo.ts", kind: "echo" },
  { name: "floor", file: "servers/floor.ts", kind: "floor" },
  { name: "SDK", file: "servers/sdk.ts", kind: "mcp" },
] as const;

const QUIET_ON_ANY_PORT = ["--bind", "127.0.0.1:0", "--log-level", "warn"] as const;

/** Starts `main.ts serve` on a home and a port of its own. */
export function startProduct(runtime: Runtime, home: string): Promise<ServerProcess> {
  const serve = [pathOf("../../main.ts"), "serve", ...QUIET_ON_ANY_PORT, "--home", home];
  const args = runtime.name === "deno" ? ["run", ...permissionsOfServe(), ...serve] : serve;
  return startServer({ command: runtime.command, args });
}

/** Whether there is a product to measure. */
export function hasProduct(): boolean {
  return existsSync(pathOf("../../main.ts"));
}

/** Starts one of the servers that this one is compared with. */
export function startCompared(
  runtime: Runtime,
  file: string,
  args: readonly string[],
): Promise<ServerProcess> {
  const start = [pathOf(file), ...args];
  const permissions = ["--allow-net=127.0.0.1", "--allow-env", "--allow-read"];
  const all = runtime.name === "deno" ? ["run", ...permissions, ...start] : start;
  return startServer({ command: runtime.command, args: all });
}

const NEEDED = ["net", "read", "write", "env", "sys"].map((each) => `--allow-${each}`);

// The permissions that users give it, so that what is measured is what they run.
function permissionsOfServe(): readonly string[] {
  const { tasks } = JSON.parse(readFileSync(pathOf("../../deno.json"), "utf8"));
  const serve: string = typeof tasks?.serve === "string"
    ? tasks.serve
    : tasks?.serve?.command ?? "";
  const given = serve.split(/\s+/).filter((word) => word.startsWith("--allow-"));
  return given.length === 0 ? NEEDED : given;
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
