// The part of the composition root for mounted servers: what they need of the home, the environment and
// the system. Only `app.ts` calls it.

import process from "node:process";
import type { Clock } from "./base/clock.ts";
import { Deadlines } from "./base/deadlines.ts";
import type { Config } from "./config/config.ts";
import type { Log } from "./observe/log.ts";
import type { HomePaths } from "./storage/home.ts";
import { readSecretFile, upstreamFolder } from "./storage/upstream_folder.ts";
import { openUpstreamLogs } from "./storage/upstream_logs.ts";
import { upstreamRecords } from "./storage/upstream_records.ts";
import { createChildGuard } from "./upstream/child_guard.ts";
import { type ConfiguredMounts, openConfiguredMounts } from "./upstream/configured_mounts.ts";

/** What servers are mounted with. */
export interface UpstreamsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}

/** Mounts the servers of a home; `opened` ends them. */
export function openUpstreams(
  paths: HomePaths,
  { config, clock, log }: UpstreamsOptions,
  opened: AsyncDisposableStack,
): ConfiguredMounts {
  const { limits } = config;
  const guard = createChildGuard((why) => log.error("upstream_guard", { why }));
  opened.defer(() => guard.close());
  const logs = openUpstreamLogs({
    folder: paths.upstreamState,
    clock,
    bytesMax: limits.upstreamLogBytesMax,
    onFault: (complaint, lines) => log.error("upstream_lines_lost", { complaint, lines }),
  });
  opened.defer(() => logs.close());
  const deadlines = new Deadlines({ clock });
  opened.defer(() => deadlines.close());
  const mounts = openConfiguredMounts({
    clock,
    deadlines,
    limits,
    log,
    guard,
    logs,
    records: upstreamRecords(paths.upstreamState),
    files: upstreamFolder(paths.upstreams),
    secrets: { variable: (name) => process.env[name], file: readSecretFile },
  });
  opened.defer(() => mounts.close());
  return mounts;
}
