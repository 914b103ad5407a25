// `car-mcp version`: which program this is, for a person or a bug report.

import { arch, platform } from "node:process";
import { given } from "../base/given.ts";
import { SERVER_NAME, VERSION } from "../base/version.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

declare const CAR_REVISION: string | undefined;

/** The flags of `version`, as given. */
export interface VersionFlags {
  readonly json?: boolean;
}

/** Prints the version; resolves with the exit code. */
export async function version({ json = false }: VersionFlags): Promise<number> {
  const runtime = runtimeName();
  // Put in where the executable is made; a checkout knows its own.
  const revision = typeof CAR_REVISION === "string" ? CAR_REVISION : undefined;
  const report = {
    ...{ name: SERVER_NAME, version: VERSION },
    ...given("revision", revision),
    ...{ runtime, system: `${platform}-${arch}` },
  };
  const names = [revision, runtime, report.system].filter((name) => name !== undefined);
  const text = `${SERVER_NAME} ${VERSION} (${names.join(", ")})\n`;
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
