// `car-mcp memory query`: the facts that answer a question, best first.

import { given } from "../base/given.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { onOneLine, printable } from "./_printable.ts";
import { emphasized, screenHere } from "./_table.ts";
import { wholeNumber } from "./_whole_number.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `memory query`, as given. */
export interface MemoryQueryFlags extends HomeFlags {
  readonly namespace?: string;
  readonly k?: string;
  readonly kind?: readonly string[];
  readonly tag?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly superseded?: boolean;
  readonly json?: boolean;
}

const K_MAX = 50;

/** Prints what is found; resolves with the exit code. */
export async function memoryQuery(query: string, flags: MemoryQueryFlags): Promise<number> {
  const config = commandConfig(flags);
  const k = flags.k === undefined ? undefined : wholeNumber("-k", flags.k, [1, K_MAX]);
  await using door = await openMemoryDoor({
    config,
    namespace: flags.namespace,
    asksDaemon: true,
    makesMemory: false,
  });
  const { structured } = await door.call("memory_query", {
    query,
    ...given("k", k),
    ...given("kinds", flags.kind),
    ...given("tags", flags.tag),
    ...given("since", flags.since),
    ...given("until", flags.until),
    ...given("include_superseded", flags.superseded),
  });
  await print(
    flags.json === true ? `${JSON.stringify(structured.facts)}\n` : textOf(structured.facts),
  );
  return EXIT.done;
}

interface Hit {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly kind: string;
  readonly activation: number;
  readonly why: string;
}

function textOf(facts: readonly Hit[]): string {
  if (facts.length === 0) return "Nothing is known of that\n";
  const screen = screenHere();
  const texts = facts.map(({ id, subject, body, kind, activation, why }) => {
    const head = emphasized(onOneLine(subject), screen);
    const lines = printable(body).split("\n").map((line) => `  ${line}`.trimEnd());
    const foot = `  ${id} · ${kind} · ${activation} · ${onOneLine(why)}`;
    return [head, ...lines, foot, ""].join("\n");
  });
  return texts.join("\n");
}
