// The environment variables of the program: these and no others may be read.

import process from "node:process";
import { ENVIRONMENT_NAMES } from "../config/config.ts";

/** The variables that are set, one name at a time, as the permissions of the program want it. */
export function readEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, process.env[name]]));
}
