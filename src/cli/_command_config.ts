// The configuration of a command that only takes a home and a configuration file.

import { type Config, loadConfig } from "../config/config.ts";
import { readEnvironment } from "./_environment.ts";

/** The flags of every such command, as given. */
export interface HomeFlags {
  readonly home?: string;
  readonly config?: string;
}

/** Reads the settings; throws CarError `config_invalid`. */
export function commandConfig({ home, config }: HomeFlags): Config {
  return loadConfig({ flags: { home, config }, environment: readEnvironment() });
}
