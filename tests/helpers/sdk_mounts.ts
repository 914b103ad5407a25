// A daemon of either runtime with servers on both official SDKs behind it.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ended, startServer } from "./process.ts";
import type { Runtime } from "./runtimes.ts";
import { tempHome } from "./temp_home.ts";

/** The mounted servers by name, and the era of each. */
export const SDK_MOUNTS = { sdk1: "legacy", sdk2: "modern" } as const;

/** Such a daemon. */
export interface SdkMounts extends AsyncDisposable {
  readonly url: string;
  stop(): Promise<Ended>;
}

/** Starts it, and waits until both servers are there. */
export async function startSdkMounts(runtime: Runtime): Promise<SdkMounts> {
  const home = tempHome();
  writeUpstreams(home.path);
  const server = await startServer(runtime, home.path, [], {
    DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "", ".cache", "deno"),
  });
  const url = server.firstLine;
  // deno-lint-ignore no-explicit-any
  const statusOf = async (): Promise<any[]> =>
    (await (await fetch(`${url}/health`)).json()).upstreams ?? [];
  const lastMs = performance.now() + 30_000;
  let states = await statusOf();
  while (!states.every(({ state }) => state === "ready") && performance.now() < lastMs) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    states = await statusOf();
  }
  assert.deepEqual(
    states.map(({ name, era, state }) => [name, era, state]),
    Object.entries(SDK_MOUNTS).map(([name, era]) => [name, era, "ready"]),
    JSON.stringify(states),
  );
  return {
    url,
    stop: () => server.stop(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

function writeUpstreams(home: string): void {
  mkdirSync(join(home, "upstreams"));
  for (const name of Object.keys(SDK_MOUNTS)) {
    const script = fileURLToPath(new URL(`./${name}_child.ts`, import.meta.url));
    const args = ["run", "--quiet", "--no-check", "-A", script];
    const lines = [
      `command = ${JSON.stringify(Deno.execPath())}`,
      `args = ${JSON.stringify(args)}`,
      'env = { DENO_DIR = "${env:DENO_DIR}" }',
    ];
    writeFileSync(join(home, "upstreams", `${name}.toml`), lines.join("\n"));
  }
}
