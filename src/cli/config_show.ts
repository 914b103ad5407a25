// `car-mcp config show`: every setting with where it comes from.

import { explainConfig } from "../config/config.ts";
import type { HomeFlags } from "./_command_config.ts";
import { readEnvironment } from "./_environment.ts";
import { print } from "./_print.ts";
import { screenHere, tableText } from "./_table.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `config show`, as given. */
export interface ConfigShowFlags extends HomeFlags {
  readonly changed?: boolean;
  readonly json?: boolean;
}

/** Prints the settings; resolves with the exit code. */
export async function configShow(flags: ConfigShowFlags): Promise<number> {
  const { home, config } = flags;
  const { settings } = explainConfig({ flags: { home, config }, environment: readEnvironment() });
  const shown = flags.changed === true
    ? settings.filter(({ source }) => source !== "standard value")
    : settings;
  if (flags.json === true) {
    await print(`${JSON.stringify(shown.map((one) => ({ ...one, value: one.value ?? null })))}\n`);
    return EXIT.done;
  }
  const rows = shown.map(({ name, value, source }) => [name, textOf(value), source]);
  await print(tableText({ titles: ["KEY", "VALUE", "SOURCE"], rows }, screenHere()));
  return EXIT.done;
}

function textOf(value: unknown): string {
  if (value === undefined) return "(by the terminal)";
  return Array.isArray(value) ? value.join(",") || "(none)" : String(value);
}
