// `car-mcp config schema`: the form of config.toml, for editors.

import { configFileSchema } from "../config/file_schema.ts";
import { print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** Prints the schema; resolves with the exit code. */
export async function configSchema(): Promise<number> {
  await print(`${JSON.stringify(configFileSchema(), null, 2)}\n`);
  return EXIT.done;
}
