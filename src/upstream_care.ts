// The part of the composition root that cares for the files of mounted servers without serving: lists
// them, writes them, approves what they hold back, tries one out. A daemon takes up what is written a
// moment later.

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Clock } from "./base/clock.ts";
import { Deadlines } from "./base/deadlines.ts";
import { CarError } from "./base/errors.ts";
import type { Config } from "./config/config.ts";
import type { Log } from "./observe/log.ts";
import { readDaemonUrl } from "./storage/daemon_file.ts";
import { homePaths, openHome } from "./storage/home.ts";
import { readForeignFile } from "./storage/small_file.ts";
import { readSecretFile, upstreamFolder } from "./storage/upstream_folder.ts";
import { upstreamLogPath } from "./storage/upstream_logs.ts";
import { upstreamRecords } from "./storage/upstream_records.ts";
import { writeWholeFile } from "./storage/whole_file.ts";
import { createChildGuard } from "./upstream/child_guard.ts";
import { type ClientServers, readClientConfig } from "./upstream/client_configs.ts";
import {
  type ClientPlace,
  clientPlaces,
  type ClientPlacesOptions,
} from "./upstream/client_places.ts";
import { Mounts, type UpstreamStatus } from "./upstream/mounts.ts";
import { approveHeld, EMPTY_RECORD, type HeldTool } from "./upstream/pins.ts";
import { specsOf } from "./upstream/specs.ts";
import { SERVER_NAME_PATTERN } from "./upstream/tool_names.ts";
import {
  type NewUpstream,
  readUpstreamFile,
  type UpstreamFile,
  upstreamText,
} from "./upstream/upstream_file.ts";
import type { FoundUpstream } from "./upstream/upstream_files.ts";

/** A server as its file says. */
export interface ListedUpstream {
  readonly name: string;
  /** What the file says, or what is wrong with it. */
  readonly file: UpstreamFile | { readonly complaint: string };
  readonly held: readonly HeldTool[];
}

/** The servers of a home, by name. */
export function listUpstreams({ home }: Config): readonly ListedUpstream[] {
  const paths = homePaths(home);
  const records = upstreamRecords(paths.upstreamState);
  return upstreamFolder(paths.upstreams).read().map((found) => ({
    name: found.name,
    file: readFound(found),
    held: records.read(found.name)?.held ?? [],
  }));
}

function readFound({ path, content }: FoundUpstream): ListedUpstream["file"] {
  if ("complaint" in content) return content;
  try {
    return readUpstreamFile(content.text, path);
  } catch (thrown) {
    if (thrown instanceof CarError) return { complaint: thrown.message };
    throw thrown;
  }
}

/**
 * Writes the file of a server; gives its path. Throws CarError `conflict` where there is one already that
 * may not be replaced, `config_invalid` for what no file may say.
 */
export function writeUpstream(
  { home }: Config,
  name: string,
  { replaces, ...upstream }: NewUpstream & { readonly replaces: boolean },
): string {
  const path = pathOf(home, name);
  const text = upstreamText(upstream);
  if (!replaces && existsSync(path)) {
    throw new CarError("conflict", `There is a server "${name}" already; --replace replaces it`);
  }
  openHome(home);
  mkdirSync(homePaths(home).upstreams, { recursive: true, mode: 0o700 });
  writeWholeFile(path, text);
  return path;
}

/** Removes a server, what is known of it, and its log; throws CarError `not_found`. */
export function removeUpstream({ home }: Config, name: string): void {
  const path = pathOf(home, name);
  if (!existsSync(path)) throw noUpstream(name);
  rmSync(path);
  const { upstreamState } = homePaths(home);
  rmSync(join(upstreamState, `${name}.json`), { force: true });
  for (const ending of ["log", "1.log", "2.log"]) {
    rmSync(join(upstreamState, `${name}.${ending}`), { force: true });
  }
}

/** Approves what a server's tools say of themselves now; gives what was held back. */
export function approveUpstream({ home }: Config, name: string): readonly HeldTool[] {
  if (!existsSync(pathOf(home, name))) throw noUpstream(name);
  const records = upstreamRecords(homePaths(home).upstreamState);
  const record = records.read(name) ?? EMPTY_RECORD;
  if (record.held.length > 0) records.write(name, approveHeld(record));
  return record.held;
}

/** The path of the log of a server; throws CarError `not_found`. */
export function upstreamLog({ home }: Config, name: string): string {
  if (!existsSync(pathOf(home, name))) throw noUpstream(name);
  return upstreamLogPath(homePaths(home).upstreamState, name);
}

/** Where the daemon of a home answers, if one has said so. */
export function daemonUrl({ home }: Config): string | undefined {
  return readDaemonUrl(homePaths(home).daemonFile);
}

/** What a server was tried out with. */
export interface TrialOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes what the server writes to stderr. */
  readonly onErrorLine: (line: string) => void;
}

/** How a server is that was started once, and its tools by their listed names. */
export interface Trial {
  readonly status: UpstreamStatus;
  readonly tools: readonly string[];
}

/** Starts a server, lists its tools and ends it; nothing is written. Throws CarError. */
export async function tryUpstream(name: string, options: TrialOptions): Promise<Trial> {
  const { config, clock, log, onErrorLine } = options;
  const paths = homePaths(config.home);
  const file = upstreamFolder(paths.upstreams).read().find((found) => found.name === name);
  if (file === undefined) throw noUpstream(name);
  const limits = { ...config.limits, upstreamRestartsMax: 0 };
  await using opened = new AsyncDisposableStack();
  const guard = opened.adopt(createChildGuard(onErrorLine), (each) => each.close());
  const deadlines = opened.adopt(new Deadlines({ clock }), (each) => each.close());
  const records = upstreamRecords(paths.upstreamState);
  const mounts = new Mounts({
    clock,
    deadlines,
    limits,
    log,
    records: { read: (each) => records.read(each), write: () => {}, stamp: () => "" },
  });
  opened.defer(() => mounts.stop());
  const { specs, faults } = specsOf([file], {
    clock,
    limits,
    guard,
    logs: { write: (_name, line) => onErrorLine(line) },
    secrets: { variable: (variable) => process.env[variable], file: readSecretFile },
  });
  const complaint = faults.get(name);
  if (complaint !== undefined) throw new CarError("config_invalid", complaint);
  if (specs.length === 0) throw new CarError("conflict", `Server "${name}" is switched off`);
  mounts.apply(specs);
  await mounts.settled();
  const [status] = mounts.status();
  if (status === undefined) throw noUpstream(name);
  return { status, tools: mounts.list().map(({ wire }) => wire.name) };
}

/** A file of another program that was found, and what it holds. */
export interface FoundClient extends ClientPlace {
  /** Undefined: it cannot be read. */
  readonly found: ClientServers | undefined;
}

/** Reads what known clients have configured, or the files that are named. */
export function readClients(
  options: ClientPlacesOptions,
  paths: readonly string[],
): readonly FoundClient[] {
  const places = paths.length === 0
    ? clientPlaces(options).filter(({ path }) => existsSync(path))
    : paths.map((path) => ({ client: "file", path }));
  return places.map((place) => {
    const read = readForeignFile(place.path);
    return {
      ...place,
      found: "text" in read ? readClientConfig(read.text, place.path) : undefined,
    };
  });
}

function pathOf(home: string, name: string): string {
  if (!SERVER_NAME_PATTERN.test(name)) {
    const message = "The name of a server has up to 32 of a-z, 0-9 and - in between";
    throw new CarError("invalid_argument", message);
  }
  return join(homePaths(home).upstreams, `${name}.toml`);
}

function noUpstream(name: string): CarError {
  return new CarError("not_found", `There is no server "${name}"`);
}
