// `car-mcp config check`: whether the settings can be read. A fault is thrown with its key and source.

import { explainConfig } from "../config/config.ts";
import type { HomeFlags } from "./_command_config.ts";
import { readEnvironment } from "./_environment.ts";
import { countText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `config check`, as given. */
export interface ConfigCheckFlags extends HomeFlags {
  readonly json?: boolean;
}

/** Checks the settings; resolves with the exit code. */
export async function configCheck({ home, config, json }: ConfigCheckFlags): Promise<number> {
  const { settings } = explainConfig({ flags: { home, config }, environment: readEnvironment() });
  const changed = settings.filter(({ source }) => source !== "standard value").length;
  const text = `The configuration is fine: ${countText(changed, "setting")} of ` +
    `${settings.length} ${changed === 1 ? "is" : "are"} not the standard\n`;
  await print(json === true ? `${JSON.stringify({ is_fine: true, changed })}\n` : text);
  return EXIT.done;
}
