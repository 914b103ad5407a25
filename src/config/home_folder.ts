// Which folder is the home. A file of its own, because a bridge needs to know this and no other setting.

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { CarError } from "../base/errors.ts";

/** The home: the flag, else the variable, else `~/.car`. Throws CarError `config_invalid`. */
export function homeFolder(flag: string | undefined, variable: string | undefined): string {
  // A flag without a value is a slip of a script, and not meant for the memory of its user.
  const home = flag ?? (variable === "" ? undefined : variable);
  if (home === undefined) return join(homedir(), ".car");
  if (isAbsolute(home)) return home;
  const source = flag === undefined ? "CAR_HOME" : "--home";
  throw new CarError("config_invalid", `"home" (from ${source}) must be an absolute path`);
}
