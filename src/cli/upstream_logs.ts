// `car-mcp upstream logs`: the last lines that a mounted server wrote to stderr.

import { existsSync, readFileSync } from "node:fs";
import { CarError } from "../base/errors.ts";
import { upstreamLog } from "../upstream_care.ts";
import { commandConfig, type HomeFlags } from "./_command_config.ts";
import { plainText, print } from "./_print.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `upstream logs`, as given. */
export interface UpstreamLogsFlags extends HomeFlags {
  readonly lines?: string;
}

const LINES = 100;

/** Prints the lines; resolves with the exit code. */
export async function upstreamLogs(name: string, flags: UpstreamLogsFlags): Promise<number> {
  const { lines = String(LINES) } = flags;
  if (!/^[1-9]\d{0,6}$/.test(lines)) {
    throw new CarError("invalid_argument", `--lines must be a number from 1 on, given "${lines}"`);
  }
  const path = upstreamLog(commandConfig(flags), name);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const last = text.split("\n").slice(0, -1).slice(-Number(lines));
  await print(last.map((line) => `${plainText(line)}\n`).join(""));
  return EXIT.done;
}
