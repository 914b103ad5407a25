// What is measured: the servers of one runtime, what each is asked, and how each is started.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServer } from "./_children.ts";
import { ECHO_CALL } from "./_echo.ts";
import type { RuntimeName } from "./_options.ts";
import { resultOf, type ToolCall } from "./_requests.ts";
import type { Contender } from "./_rounds.ts";

/** The names of the servers in tables. */
export const NAMES = {
  text: "text",
  product: "car-mcp",
  floor: "floor",
  sdk: "SDK",
} as const;

/** How to start one runtime. */
export interface Runtime {
  readonly name: RuntimeName;
  /** Path of its executable. */
  readonly command: string;
  /** What it is told about itself, before the script. */
  readonly flags?: readonly string[];
}

/** The servers that run, and the means to end them all. */
export interface Field extends AsyncDisposable {
  readonly contenders: readonly Contender[];
}

/**
 * Starts all servers of one runtime: the product twice, with a tool of one line and as users run it,
 * each with a floor that answers the same bytes.
 */
export async function startField(runtime: Runtime, folder: string, call: ToolCall): Promise<Field> {
  await using started = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  const add = async (name: string, starting: Promise<ServerProcess>, about: About) => {
    const server = started.use(await starting);
    contenders.push({ name, pid: server.pid, url: server.url, ...about });
    return server;
  };
  const addPair = async (name: string, asked: ToolCall, starting: Promise<ServerProcess>) => {
    const floor = `${NAMES.floor}${name}`;
    const about = { kind: "mcp", call: asked, floor } as const;
    const product = await add(`${NAMES.product}${name}`, starting, about);
    const answer = JSON.stringify(await resultOf(product.url, asked));
    const bare = startScript(runtime, "servers/floor.ts", [answer]);
    await add(floor, bare, { kind: "floor", call: asked, floor });
  };
  const echo = { call: ECHO_CALL, floor: NAMES.floor };
  await add(NAMES.text, startScript(runtime, "servers/echo.ts", []), { ...echo, kind: "echo" });
  const productArgs = [join(folder, "echo")];
  await addPair("", ECHO_CALL, startScript(runtime, "servers/product.ts", productArgs));
  await add(NAMES.sdk, startScript(runtime, "servers/sdk.ts", []), { ...echo, kind: "mcp" });
  await addPair(` ${call.name}`, call, startProduct(runtime, join(folder, "serve")));
  const running = started.move();
  return { contenders, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

type About = Pick<Contender, "kind" | "call" | "floor">;

const QUIET_ON_ANY_PORT = ["--bind", "127.0.0.1:0", "--log-level", "warn"] as const;

/** Starts `main.ts serve` on a home and a port of its own. */
export function startProduct(runtime: Runtime, home: string): Promise<ServerProcess> {
  const serve = [pathOf("../../main.ts"), "serve", ...QUIET_ON_ANY_PORT, "--home", home];
  const args = runtime.name === "deno" ? ["run", ...permissionsOfServe(), ...serve] : serve;
  return startServer({ command: runtime.command, args });
}

/** Starts one of the servers of this folder, with the permissions of the product. */
export function startScript(
  runtime: Runtime,
  file: string,
  args: readonly string[],
): Promise<ServerProcess> {
  const start = [pathOf(file), ...args];
  const { flags = [] } = runtime;
  const permissions = runtime.name === "deno" ? ["run", ...permissionsOfServe()] : [];
  return startServer({ command: runtime.command, args: [...permissions, ...flags, ...start] });
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
