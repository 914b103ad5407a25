// The mounted servers of a home: what its files say is mounted, and what they say while the server runs
// is taken up a moment later, the approval of changed tools among it.

import type { CancelTimer } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { ResourceProvider } from "../tools/resource_provider.ts";
import type { PromptSource, ToolSource } from "../tools/source.ts";
import { Mounts, type MountsOptions, type UpstreamStatus } from "./mounts.ts";
import { type SpecOptions, specsOf } from "./specs.ts";
import type { UpstreamFiles } from "./upstream_files.ts";

/** What the servers of a home are mounted with. */
export interface ConfiguredMountsOptions extends MountsOptions, SpecOptions {
  readonly files: UpstreamFiles;
}

/** The mounted servers of a home. */
export interface ConfiguredMounts {
  readonly tools: ToolSource;
  readonly prompts: PromptSource;
  readonly resources: ResourceProvider;
  /** How each server is, those whose file has a fault among them. */
  status(): readonly UpstreamStatus[];
  /** Ends all servers; safe to call twice. */
  close(): Promise<void>;
}

/** How often the files are looked at. */
export const WATCH_MS = 1_000;

/** Mounts what the files say; servers start beside everything else. */
export function openConfiguredMounts(options: ConfiguredMountsOptions): ConfiguredMounts {
  const { clock, files, log, records } = options;
  const mounts = new Mounts(options);
  let faults: ReadonlyMap<string, string> = new Map();
  let filesStamp = "";
  let recordsStamp = "";
  let cancel: CancelTimer | undefined;
  const load = () => {
    const found = specsOf(files.read(), options);
    for (const [name, complaint] of found.faults) {
      if (faults.get(name) !== complaint) {
        log.error("upstream_file_fault", { upstream: name, complaint });
      }
    }
    faults = found.faults;
    mounts.apply(found.specs, new Set(faults.keys()));
  };
  const look = () => {
    cancel = clock.after(WATCH_MS, look);
    try {
      const stamp = files.stamp();
      if (stamp !== filesStamp) {
        filesStamp = stamp;
        load();
      }
      const approved = records.stamp();
      if (approved !== recordsStamp) mounts.applyRecords();
      recordsStamp = records.stamp();
    } catch (thrown) {
      log.error("upstream_files_unread", { why: messageOf(thrown) });
    }
  };
  look();
  return {
    tools: mounts,
    prompts: mounts.prompts,
    resources: mounts.resources,
    status: () => withFaults(mounts.status(), faults),
    async close() {
      cancel?.();
      await mounts.stop();
    },
  };
}

function withFaults(
  running: readonly UpstreamStatus[],
  faults: ReadonlyMap<string, string>,
): readonly UpstreamStatus[] {
  const names = new Set(running.map(({ name }) => name));
  const broken = [...faults].filter(([name]) => !names.has(name)).map(([name, fault]) => ({
    name,
    state: "failed",
    tools: 0,
    held: [],
    leftOut: 0,
    restarts: 0,
    fault,
  }));
  const all = running.map((status) => {
    const fault = status.fault ?? faults.get(status.name);
    return fault === undefined ? status : { ...status, fault };
  });
  return [...all, ...broken].sort((a, b) => a.name < b.name ? -1 : 1);
}
