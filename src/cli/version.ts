// `car-mcp version`: which program this is, for a person or a bug report.

import { arch, platform } from "node:process";
import { SERVER_NAME, VERSION } from "../base/version.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `version`, as given. */
export interface VersionFlags {
  readonly json?: boolean;
}

/** Prints the version; resolves with the exit code. */
export async function version({ json = false }: VersionFlags): Promise<number> {
  const runtime = runtimeName();
  const report = { name: SERVER_NAME, version: VERSION, runtime, system: `${platform}-${arch}` };
  const text = `${SERVER_NAME} ${VERSION} (${runtime}, ${report.system})\n`;
  await print(json ? `${JSON.stringify(report)}\n` : text);
  return EXIT.done;
}

function runtimeName(): string {
  const { Deno: deno, Bun: bun } = globalThis as {
    Deno?: { version: { deno: string } };
    Bun?: { version: string };
  };
  if (bun !== undefined) return `Bun ${bun.version}`;
  return deno === undefined ? "unknown runtime" : `Deno ${deno.version.deno}`;
}
