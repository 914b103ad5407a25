// What mounted servers write to stderr, a file each, with the time before every line.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { UpstreamLogs } from "../upstream/upstream_files.ts";
import { type LineFile, openLineFile } from "./line_file.ts";

/** Options of openUpstreamLogs. */
export interface UpstreamLogsOptions {
  /** Is made with the first line. */
  readonly folder: string;
  readonly clock: Clock;
  /** A file of that size is full. */
  readonly bytesMax: number;
  /** Is told when lines were dropped, and why. */
  readonly onFault: (complaint: string, lines: number) => void;
}

/** The logs of a home. */
export interface FileUpstreamLogs extends UpstreamLogs {
  /** Writes what waits; safe to call twice. */
  close(): Promise<void>;
}

const PRIVATE_FOLDER = 0o700;

/** The path of a server's log in their folder. */
export function upstreamLogPath(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}

/** Opens the logs. */
export function openUpstreamLogs(options: UpstreamLogsOptions): FileUpstreamLogs {
  const { folder, clock, onFault } = options;
  const files = new Map<string, LineFile>();
  const fileOf = (name: string): LineFile => {
    const known = files.get(name);
    if (known !== undefined) return known;
    try {
      mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    } catch (thrown) {
      onFault(messageOf(thrown), 0);
    }
    const file = openLineFile({ ...options, path: upstreamLogPath(folder, name) });
    files.set(name, file);
    return file;
  };
  return {
    write: (name, line) => fileOf(name).add(`${new Date(clock.now()).toISOString()} ${line}`),
    async close() {
      await Promise.all([...files.values()].map((file) => file.close()));
    },
  };
}
