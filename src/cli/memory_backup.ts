// `car-mcp memory backup`: a copy of the memory, of one moment.

import { resolve } from "node:path";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { backupMemory } from "../memory_file.ts";
import { auditedAs } from "./_audited_as.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { bytesText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory backup`, as given. */
export interface MemoryBackupFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Makes the copy; resolves with the exit code. */
export async function memoryBackup(file: string, flags: MemoryBackupFlags): Promise<number> {
  const path = resolve(file);
  const config = commandConfig(flags);
  const options = { config, clock: SYSTEM_CLOCK, ...auditedAs("memory backup") };
  const bytes = await backupMemory(options, path);
  const text = `${bytesText(bytes)} are in ${path}\n`;
  await print(flags.json === true ? `${JSON.stringify({ path, bytes })}\n` : text);
  return EXIT.done;
}
