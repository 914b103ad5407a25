// A server in the process of its only client: on the same database as a daemon that may run beside it.

import process from "node:process";
import { type App, start } from "../app.ts";
import { loadConfig } from "../config/config.ts";
import { readEnvironment } from "./_environment.ts";

/** Starts it; its log goes to stderr. Rejects with CarError as `start()` does. */
export async function startEmbedded(home: string | undefined): Promise<App> {
  const config = loadConfig({ flags: { home }, environment: readEnvironment() });
  const logFormat = config.logFormat ?? (process.stderr.isTTY ? "text" : "json");
  return await start({
    config: { ...config, logFormat },
    isDaemon: false,
    writeLog: (line) => void process.stderr.write(line),
  });
}
