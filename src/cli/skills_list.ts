// `car-mcp skills list`: the stored procedures and how they fared.

import { given } from "../base/given.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { screenHere, tableText } from "./_table.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `skills list`, as given. */
export interface SkillsListFlags extends HomeFlags {
  readonly domain?: string;
  readonly namespace?: string;
  readonly json?: boolean;
}

interface Listed {
  readonly name: string;
  readonly description: string | null;
  readonly status: string;
  readonly version: number;
  readonly success_count: number;
  readonly fail_count: number;
}

/** Prints the skills; resolves with the exit code. */
export async function skillsList(flags: SkillsListFlags): Promise<number> {
  await using door = await openMemoryDoor({
    config: commandConfig(flags),
    namespace: flags.namespace,
    asksDaemon: false,
    makesMemory: false,
  });
  const { structured } = await door.call("skill_list", given("domain", flags.domain));
  if (flags.json === true) {
    await print(`${JSON.stringify(structured)}\n`);
    return EXIT.done;
  }
  const rows = (structured.skills as readonly Listed[]).map((skill) => [
    skill.name,
    `v${skill.version}`,
    skill.status,
    `${skill.success_count}/${skill.fail_count}`,
    skill.description ?? "",
  ]);
  const titles = ["NAME", "VERSION", "STATUS", "WORKED/FAILED", "DESCRIPTION"];
  await print(tableText({ titles, rows }, screenHere()));
  return EXIT.done;
}
