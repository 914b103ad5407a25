// `car-mcp memory compact`: makes the file of a memory smaller.

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { compactMemory } from "../memory_file.ts";
import { auditedAs } from "./_audited_as.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { bytesText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory compact`, as given. */
export interface MemoryCompactFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Compacts the memory and prints what it gave; resolves with the exit code. */
export async function memoryCompact(flags: MemoryCompactFlags): Promise<number> {
  const config = commandConfig(flags);
  const audited = auditedAs("memory compact");
  const compacted = await compactMemory({ config, clock: SYSTEM_CLOCK, ...audited });
  const { bytesBefore, bytesAfter, isLogEmpty } = compacted;
  const log = isLogEmpty
    ? ""
    : "The log could not be emptied: another process reads. Try again, or leave it to the daemon\n";
  const text = `${bytesText(bytesBefore)} before, ${bytesText(bytesAfter)} now\n${log}`;
  await print(flags.json === true ? `${JSON.stringify(compacted)}\n` : text);
  return isLogEmpty ? EXIT.done : EXIT.denied;
}
