// `car-mcp memory list`: the facts that hold, newest first.

import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { type MemoryDoor, openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { screenHere, tableText } from "./_table.ts";
import { wholeNumber } from "./_whole_number.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory list`, as given. */
export interface MemoryListFlags extends HomeFlags {
  readonly namespace?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

/** A fact as it is listed. */
interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly valid_from: string;
}

const LIMIT_STANDARD = 50;
const LIMIT_MAX = 100_000;
const FACT_URI = "car://memory/fact/";

/** Prints the list; resolves with the exit code. */
export async function memoryList(flags: MemoryListFlags): Promise<number> {
  const config = commandConfig(flags);
  const { limit: text = String(LIMIT_STANDARD) } = flags;
  const limit = wholeNumber("--limit", text, [1, LIMIT_MAX]);
  await using door = await openMemoryDoor({
    config,
    namespace: flags.namespace,
    asksDaemon: false,
    makesMemory: false,
  });
  // One more than is shown tells whether there are more.
  const facts = await firstFacts(door, limit + 1);
  const shown = facts.slice(0, limit);
  if (flags.json === true) {
    await print(`${JSON.stringify({ facts: shown, has_more: facts.length > limit })}\n`);
    return EXIT.done;
  }
  const screen = screenHere();
  const rows = shown.map(({ id, kind, subject, valid_from }) => [id, kind, valid_from, subject]);
  await print(tableText({ titles: ["ID", "KIND", "SINCE", "SUBJECT"], rows }, screen));
  if (screen.isTerminal && facts.length > limit) await print("There are more; see --limit\n");
  return EXIT.done;
}

async function firstFacts(door: MemoryDoor, most: number): Promise<readonly Listed[]> {
  const facts: Listed[] = [];
  let cursor: string | undefined;
  do {
    const page = await door.request("resources/list", cursor === undefined ? {} : { cursor });
    for (const { uri, name, title, description, annotations } of page.resources) {
      if (!String(uri).startsWith(FACT_URI)) continue;
      const kind = String(description).slice(0, String(description).indexOf(":"));
      facts.push({ id: name, kind, subject: title, valid_from: annotations.lastModified });
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined && facts.length < most);
  return facts;
}
