// `car-mcp memory restore`: a copy in place of the memory.

import { resolve } from "node:path";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { restoreMemory } from "../memory_file.ts";
import { auditedAs } from "./_audited_as.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory restore`, as given. */
export interface MemoryRestoreFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Restores the copy; resolves with the exit code. */
export async function memoryRestore(file: string, flags: MemoryRestoreFlags): Promise<number> {
  const path = resolve(file);
  const config = commandConfig(flags);
  const options = { config, clock: SYSTEM_CLOCK, ...auditedAs("memory restore") };
  const replaced = await restoreMemory(options, path);
  const aside = replaced === undefined ? "" : `What was there is in ${replaced}\n`;
  const text = `The memory is that of ${path}\n${aside}`;
  const report = { path, replaced: replaced ?? null };
  await print(flags.json === true ? `${JSON.stringify(report)}\n` : text);
  return EXIT.done;
}
