// `car-mcp memory show`: one fact, whole, whatever became of it.

import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { onOneLine, printable } from "./_printable.ts";
import { emphasized, screenHere } from "./_table.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory show`, as given. */
export interface MemoryShowFlags extends HomeFlags {
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Prints the fact; resolves with the exit code. */
export async function memoryShow(id: string, flags: MemoryShowFlags): Promise<number> {
  await using door = await openMemoryDoor({
    config: commandConfig(flags),
    namespace: flags.namespace,
    asksDaemon: false,
    makesMemory: false,
  });
  const uri = `car://memory/fact/${encodeURIComponent(id)}`;
  const text = await door.read({ uri, missing: `No fact has the id "${id}"` });
  await print(flags.json === true ? `${text}\n` : textOf(JSON.parse(text)));
  return EXIT.done;
}

function textOf({ subject, body, ...rest }: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(rest);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.filter((name) => isSaid(rest[name])).map((name) => {
    const value = rest[name];
    const text = Array.isArray(value) ? value.join(", ") : String(value);
    return `${name.padEnd(width)}  ${text}`;
  });
  const head = emphasized(onOneLine(String(subject)), screenHere());
  return `${head}\n${printable([String(body), "", ...lines, ""].join("\n"))}`;
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}
