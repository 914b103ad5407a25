// `car-mcp memory stats`: how much there is in a memory, by namespace.

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { memorySizes } from "../memory_file.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { bytesText, countText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory stats`, as given. */
export interface MemoryStatsFlags extends HomeFlags {
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Prints the sizes; resolves with the exit code. */
export async function memoryStats(flags: MemoryStatsFlags): Promise<number> {
  const config = commandConfig(flags);
  const { namespaces, databaseBytes, logBytes } = await memorySizes({
    config,
    clock: SYSTEM_CLOCK,
    namespace: flags.namespace,
  });
  if (flags.json === true) {
    const report = { databaseBytes, logBytes, namespaces: [...namespaces] };
    await print(`${JSON.stringify(report)}\n`);
    return EXIT.done;
  }
  await print(`file ${bytesText(databaseBytes)}, log ${bytesText(logBytes)}\n`);
  let count = 0;
  for (const sizes of namespaces) {
    count++;
    const { namespace, live, superseded, invalidated, textBytes, edges, skills } = sizes;
    const ended = superseded + invalidated === 0
      ? ""
      : ` (and ${superseded} superseded, ${invalidated} invalidated)`;
    await print(
      `${namespace}: ${countText(live, "fact")}${ended}, ${bytesText(textBytes)} of text, ` +
        `${countText(edges, "edge")}, ${countText(skills, "skill")}\n`,
    );
  }
  if (count === 0) await print("no namespace holds anything\n");
  return EXIT.done;
}
