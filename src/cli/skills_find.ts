// `car-mcp skills find`: the stored procedures that suit a task.

import { given } from "../base/given.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { openMemoryDoor } from "./_memory_door.ts";
import { print } from "./_print.ts";
import { screenHere, tableText } from "./_table.ts";
import { wholeNumber } from "./_whole_number.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `skills find`, as given. */
export interface SkillsFindFlags extends HomeFlags {
  readonly persona?: string;
  readonly url?: string;
  readonly k?: string;
  readonly namespace?: string;
  readonly json?: boolean;
}

interface Found {
  readonly skill: { readonly name: string; readonly description: string | null };
  readonly score: number;
  readonly why: string;
}

const K_MAX = 20;

/** Prints what is found; resolves with the exit code. */
export async function skillsFind(task: string, flags: SkillsFindFlags): Promise<number> {
  const k = flags.k === undefined ? undefined : wholeNumber("-k", flags.k, [1, K_MAX]);
  await using door = await openMemoryDoor({
    config: commandConfig(flags),
    namespace: flags.namespace,
    asksDaemon: false,
    makesMemory: false,
  });
  const { persona, url } = flags;
  const wanted = { task, ...given("persona", persona), ...given("url", url), ...given("k", k) };
  const { structured } = await door.call("skill_find", wanted);
  if (flags.json === true) {
    await print(`${JSON.stringify(structured)}\n`);
    return EXIT.done;
  }
  const rows = (structured.skills as readonly Found[]).map(({ skill, score, why }) => [
    skill.name,
    String(score),
    skill.description ?? "",
    why,
  ]);
  const titles = ["NAME", "SCORE", "DESCRIPTION", "WHY"];
  await print(tableText({ titles, rows }, screenHere()));
  return EXIT.done;
}
