// `car-mcp skills show`: one procedure with its code.

import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { onOneLine, printable } from "./_printable.ts";
import { emphasized, screenHere } from "./_table.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `skills show`, as given. */
export interface SkillsShowFlags extends HomeFlags {
  readonly namespace?: string;
  readonly json?: boolean;
}

/** Prints the skill; resolves with the exit code. */
export async function skillsShow(name: string, flags: SkillsShowFlags): Promise<number> {
  await using door = await openMemoryDoor({
    config: commandConfig(flags),
    namespace: flags.namespace,
    asksDaemon: false,
    makesMemory: false,
  });
  const uri = `car://memory/skill/${encodeURIComponent(name)}`;
  const found = await door.read({ uri, missing: `No skill is called "${name}"` });
  if (flags.json === true) {
    await print(`${found}\n`);
    return EXIT.done;
  }
  const skill = JSON.parse(found);
  const record = `worked ${skill.success_count} times, failed ${skill.fail_count} times`;
  const head = `${onOneLine(skill.name)} v${skill.version} (${skill.status}; ${record})`;
  const description = skill.description === null ? "" : `${printable(skill.description)}\n`;
  const text = `${emphasized(head, screenHere())}\n${description}\n${printable(skill.code)}`;
  await print(text.endsWith("\n") ? text : `${text}\n`);
  return EXIT.done;
}
