// `car-mcp serve`: the daemon. Prints the endpoint's URL, alone, on stdout, logs to stderr, and ends
// cleanly on SIGINT and SIGTERM.

import { resolve } from "node:path";
import process from "node:process";
import { start } from "../app.ts";
import { SYSTEM_CLOCK, within } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { loadConfig } from "../config/config.ts";
import { readEnvironment } from "./_environment.ts";
import { LineWriter } from "./_line_writer.ts";
import { untilIdle } from "./_until_idle.ts";
import { writeToStderr } from "./_stderr.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `serve`, as given. */
export interface ServeFlags {
  readonly bind?: string;
  readonly home?: string;
  readonly logLevel?: string;
  readonly compat?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly config?: string;
  readonly allowUnauthenticated?: boolean;
  /** Who started it, if not a person. */
  readonly startedBy?: string;
  /** How long it stays without any client; without it, until a signal comes. */
  readonly idleExitMs?: string;
}

/** Serves until a signal comes; resolves with the exit code. */
export async function serve(flags: ServeFlags): Promise<number> {
  const idleExitMs = readIdleExit(flags.idleExitMs);
  const stopped = waitForSignal();
  outliveReaders();
  const config = loadConfig({
    flags: {
      "http.bind": flags.bind,
      "log.level": flags.logLevel,
      compat: flags.compat,
      "http.tlsCert": absolute(flags.tlsCert),
      "http.tlsKey": absolute(flags.tlsKey),
      "auth.allowUnauthenticated": flags.allowUnauthenticated === true ? "true" : undefined,
      home: flags.home,
      config: flags.config,
    },
    environment: readEnvironment(),
  });
  const lines = new LineWriter({ sink: writeToStderr, linesMax: config.limits.logLinesMax });
  const logFormat = config.logFormat ?? (process.stderr.isTTY ? "text" : "json");
  const app = await start({
    config: { ...config, logFormat },
    startedBy: flags.startedBy ?? "serve",
    writeLog: (line) => lines.write(line),
  });
  announce(app.url);
  await Promise.race([
    stopped,
    ...(idleExitMs === undefined ? [] : [untilIdle(app, idleExitMs, SYSTEM_CLOCK)]),
  ]);
  await app.stop();
  await within(lines.flush(), FLUSH_MS, SYSTEM_CLOCK);
  return EXIT.done;
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function readIdleExit(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,8}$/.test(text)) {
    return text === undefined ? text : Number(text);
  }
  throw new CarError("invalid_argument", "--idle-exit-ms must be a number of milliseconds above 0");
}

// How long the end of the process waits for a reader of the log.
const FLUSH_MS = 500;

// A terminal or a pipe that goes away takes the log with it, not the daemon that others work with.
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

function announce(url: string): void {
  try {
    process.stdout.write(`${url}\n`);
  } catch {
    // A full disk: Deno throws here what others tell the listener. `daemon.json` says it, too.
  }
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process the system's way. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}
