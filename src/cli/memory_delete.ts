// `car-mcp memory delete`: forgets facts for good.

import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory delete`, as given. */
export interface MemoryDeleteFlags extends HomeFlags {
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Erases the facts one after the other; resolves with the exit code. */
export async function memoryDelete(
  ids: readonly string[],
  flags: MemoryDeleteFlags,
): Promise<number> {
  await using door = await openMemoryDoor({
    config: commandConfig(flags),
    namespace: flags.namespace,
    asksDaemon: false,
    makesMemory: false,
  });
  const deleted: Deleted[] = [];
  for (const id of ids) {
    const { structured } = await door.call("memory_delete", { id });
    deleted.push(structured);
    if (flags.json !== true) await print(textOf(structured));
  }
  if (flags.json === true) await print(`${JSON.stringify({ facts: deleted })}\n`);
  return deleted.every((one) => one.deleted && one.scrubbed) ? EXIT.done : EXIT.denied;
}

interface Deleted {
  readonly id: string;
  readonly deleted: boolean;
  readonly scrubbed: boolean;
  readonly invalidated: readonly string[];
}

function textOf({ id, deleted, scrubbed, invalidated }: Deleted): string {
  if (!deleted) return `Nothing has the id ${id}\n`;
  const lines = [
    scrubbed
      ? `${id} is erased from every file`
      : `${id} is erased; a process that reads keeps traces in the log until it lets go`,
    ...invalidated.map((other) => `  ${other} rested on it and no longer holds`),
  ];
  return `${lines.join("\n")}\n`;
}
