// Reads `config.toml` into dotted keys and refuses what the table of keys does not know.

import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { CarError, messageOf } from "../base/errors.ts";
import { CONFIG_KEYS } from "./keys.ts";

/** Options of readConfigFile. */
export interface ReadConfigFileOptions {
  /** Whether a missing file is a fault instead of an empty one. */
  readonly mustExist: boolean;
}

const NOTHING: ReadonlyMap<string, unknown> = new Map();

/** The values of a file by dotted key; throws CarError `config_invalid` with the line or the key. */
export function readConfigFile(
  path: string,
  options: ReadConfigFileOptions,
): ReadonlyMap<string, unknown> {
  const text = readText(path, options);
  if (text === undefined) return NOTHING;
  const known = new Set(CONFIG_KEYS.map((key) => key.name));
  const values = new Map(flatten(parseToml(text, path), ""));
  for (const name of values.keys()) {
    if (known.has(name)) continue;
    const message = name === "home"
      ? `Configuration key "home" cannot be set in a file (${path}); use CAR_HOME or --home`
      : `Unknown configuration key "${name}" in ${path}`;
    throw new CarError("config_invalid", message, { data: { key: name } });
  }
  return values;
}

function readText(path: string, options: ReadConfigFileOptions): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const code = (thrown as { code?: unknown }).code;
    if ((code === "ENOENT" || code === "ENOTDIR") && !options.mustExist) return undefined;
    const message = `Cannot read the configuration file ${path}: ${messageOf(thrown)}`;
    throw new CarError("config_invalid", message, { cause: thrown });
  }
}

function parseToml(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    // The library's message repeats the faulty lines, which may hold a secret; its position does not.
    const message =
      `Configuration file ${path} is not TOML at line ${thrown.line}, column ${thrown.column}`;
    throw new CarError("config_invalid", message);
  }
}

function flatten(table: Record<string, unknown>, prefix: string): [string, unknown][] {
  return Object.entries(table).flatMap(([name, value]): [string, unknown][] => {
    const path = `${prefix}${name}`;
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value) &&
      !(value instanceof Date);
    return isTable ? flatten(value as Record<string, unknown>, `${path}.`) : [[path, value]];
  });
}
