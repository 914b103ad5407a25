// `car-mcp memory add`: stores one fact, as an agent would.

import { given } from "../base/given.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { readStdin } from "./_stdin_text.ts";
import { printable } from "./_printable.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory add`, as given. */
export interface MemoryAddFlags extends HomeFlags {
  readonly namespace?: string;
  readonly kind?: string;
  readonly id?: string;
  readonly tag?: readonly string[];
  readonly confidence?: string;
  readonly supersedes?: string;
  readonly source?: string;
  readonly expires?: string;
  readonly json?: boolean;
}

const STDIN = "-";

/** Stores the fact; resolves with the exit code. */
export async function memoryAdd(
  subject: string,
  body: string,
  flags: MemoryAddFlags,
): Promise<number> {
  const config = commandConfig(flags);
  const text = body === STDIN ? await readStdin(config.limits.factBodyBytesMax + 1) : body;
  await using door = await openMemoryDoor({
    config,
    namespace: flags.namespace,
    asksDaemon: true,
    makesMemory: true,
  });
  const { structured, text: line } = await door.call("memory_add_fact", {
    subject,
    body: body === STDIN ? text.replace(/\r?\n$/, "") : text,
    ...given("kind", flags.kind),
    ...given("id", flags.id),
    ...given("tags", flags.tag),
    ...given("confidence", flags.confidence),
    ...given("supersedes", flags.supersedes),
    ...given("source", flags.source),
    ...given("expires_at", flags.expires),
  });
  await print(flags.json === true ? `${JSON.stringify(structured)}\n` : textOf(structured, line));
  return EXIT.done;
}

interface Added {
  readonly superseded: readonly string[];
  readonly conflicts: readonly { readonly id: string; readonly body: string }[];
}

function textOf({ superseded, conflicts }: Added, line: string): string {
  const lines = [
    line,
    ...superseded.map((id) => `  it replaces ${id}`),
    ...conflicts.map(({ id, body }) => `  under the same subject, ${id}: ${body}`),
    ...(conflicts.length === 0 ? [] : ["  replace what is outdated with --supersedes ID"]),
  ];
  return printable(`${lines.join("\n")}\n`);
}
