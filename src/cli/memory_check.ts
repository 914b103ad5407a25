// `car-mcp memory check`: whether a memory is sound, and what to run when it is not.

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SERVER_NAME } from "../base/version.ts";
import { checkMemory, type Finding } from "../memory_file.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory check`, as given. */
export interface MemoryCheckFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Checks the memory and prints what was found; resolves with the exit code. */
export async function memoryCheck(flags: MemoryCheckFlags): Promise<number> {
  const config = commandConfig(flags);
  const { findings, notes } = await checkMemory({ config, clock: SYSTEM_CLOCK });
  const run = whatToRun(findings, config.home);
  if (flags.json === true) {
    await print(`${JSON.stringify({ isSound: findings.length === 0, findings, notes, run })}\n`);
  } else {
    const lines = [
      findings.length === 0 ? "The memory is sound" : "The memory is not sound:",
      ...findings.map(({ kind, what }) => `  ${kind}: ${what}`),
      ...notes.map((note) => `  note: ${note}`),
      ...run.map((step) => `To do: ${step}`),
    ];
    await print(`${lines.join("\n")}\n`);
  }
  return findings.length === 0 ? EXIT.done : EXIT.denied;
}

function whatToRun(findings: readonly Finding[], home: string): readonly string[] {
  const kinds = new Set(findings.map(({ kind }) => kind));
  const steps: string[] = [];
  if (kinds.has("damage") || kinds.has("rows")) {
    steps.push(
      "stop the daemon",
      `${SERVER_NAME} memory export rescued.jsonl --home ${home}`,
      `move ${home}/mcp/memory.db away, with memory.db-wal and memory.db-shm if they are there`,
      `${SERVER_NAME} memory import rescued.jsonl --home ${home}`,
    );
  }
  if (kinds.has("index")) {
    steps.push(`stop the daemon and delete ${home}/mcp/index; it is made again from the memory`);
  }
  return steps;
}
