// The home: whether it can be used, and whether nobody else can.

import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { SYSTEM_CLOCK } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { SERVER_NAME } from "../../base/version.ts";
import type { Config } from "../../config/config.ts";
import { openHomePolicies } from "../../engines.ts";
import { memoryPath, memorySizes } from "../../memory_file.ts";
import { countText } from "../_print.ts";
import type { Diagnosis } from "./diagnosis.ts";

const OTHERS = 0o077;

/** Whether the folder is there, for its owner alone. */
export function checkHome(home: string): Diagnosis {
  const about = "home";
  const folder = dirname(memoryPath(home));
  if (!existsSync(folder)) {
    const above = existsSync(home) && !statSync(home).isDirectory();
    return above
      ? { about, state: "bad", says: `${home} is no folder`, todo: "name another one by --home" }
      : { about, state: "note", says: `${home} holds nothing yet; it is made when it is needed` };
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (thrown) {
    const todo = `make ${folder} yours, with mode 700`;
    return { about, state: "bad", says: messageOf(thrown), todo };
  }
  const open = [folder, memoryPath(home)].filter((path) =>
    ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0
  );
  if (open.length === 0) return { about, state: "well", says: `${home} is yours alone` };
  const says = `others may use ${open.join(" and ")}`;
  return { about, state: "bad", says, todo: `chmod go= ${open.join(" ")}` };
}

/** Whether the database can be read, and how much is in it. */
export async function checkDatabase(config: Config): Promise<Diagnosis> {
  const about = "memory";
  if (!existsSync(memoryPath(config.home))) {
    return { about, state: "note", says: "there is none yet" };
  }
  try {
    const { namespaces } = await memorySizes({ config, clock: SYSTEM_CLOCK });
    const all = [...namespaces];
    const facts = all.reduce((sum, { live }) => sum + live, 0);
    const counts = `${countText(facts, "fact")} in ${countText(all.length, "namespace")}`;
    const says = `${counts} (${SERVER_NAME} memory check looks closer)`;
    return { about, state: "well", says };
  } catch (thrown) {
    return { about, state: "bad", says: messageOf(thrown), todo: `${SERVER_NAME} memory check` };
  }
}

/** Whether the policies of the home can be read; a fault denies everything. */
export async function checkPolicies({ home, limits }: Config): Promise<Diagnosis> {
  const about = "policies";
  try {
    await openHomePolicies(home, { limits, clock: SYSTEM_CLOCK, onFault: () => {} });
    return { about, state: "well", says: "they can be read" };
  } catch (thrown) {
    return { about, state: "bad", says: messageOf(thrown), todo: "correct the file" };
  }
}
