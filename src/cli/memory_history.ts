// `car-mcp memory history`: what was held to be true about a matter, and when.

import { CarError } from "../base/errors.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { onOneLine, printable } from "./_printable.ts";
import { emphasized, screenHere } from "./_table.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory history`, as given. */
export interface MemoryHistoryFlags extends HomeFlags {
  readonly subject?: string;
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Prints the history of a fact, or of a subject; resolves with the exit code. */
export async function memoryHistory(
  id: string | undefined,
  flags: MemoryHistoryFlags,
): Promise<number> {
  const { subject } = flags;
  if ((id === undefined) === (subject === undefined)) {
    throw new CarError("invalid_argument", "Name either the id of a fact or --subject TEXT");
  }
  await using door = await openMemoryDoor({
    config: commandConfig(flags),
    namespace: flags.namespace,
    asksDaemon: false,
    makesMemory: false,
  });
  const { structured } = await door.call(
    "memory_history",
    id === undefined ? { subject } : { id },
  );
  await print(flags.json === true ? `${JSON.stringify(structured)}\n` : textOf(structured));
  return EXIT.done;
}

interface Version {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly state: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

interface History {
  readonly versions: readonly Version[];
  readonly has_more: boolean;
}

function textOf({ versions, has_more }: History): string {
  if (versions.length === 0) return "Nothing was ever known of that\n";
  const screen = screenHere();
  const texts = versions.map(({ id, subject, body, state, valid_from, valid_to }) => {
    const head = emphasized(`${valid_from} to ${valid_to ?? "now"}`, screen);
    return `${head}\n  ${onOneLine(subject)}: ${
      printable(body).replaceAll("\n", "\n  ")
    }\n  ${id} · ${state}\n`;
  });
  return `${texts.join("\n")}${has_more ? "\nOlder ones are left out\n" : ""}`;
}
