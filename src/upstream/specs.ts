// From the files to the servers that are to be mounted. A file with a fault is told of and disturbs no
// other; the server that ran under its name before runs on.

import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical_json.ts";
import type { Clock } from "../base/clock.ts";
import { CarError, messageOf } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { OpenChannel } from "./channel.ts";
import type { ChildGuard } from "./child_guard.ts";
import { openHttpChannel } from "./http_channel.ts";
import type { Launch } from "./launch.ts";
import type { UpstreamSpec } from "./mounts.ts";
import { blotter, resolveSecrets, secretsIn, type SecretSources } from "./secrets.ts";
import { openStdioChannel } from "./stdio_channel.ts";
import { SERVER_NAME_PATTERN } from "./tool_names.ts";
import {
  type CommandTarget,
  readUpstreamFile,
  toolFilter,
  type UpstreamFile,
  type UrlTarget,
} from "./upstream_file.ts";
import type { FoundUpstream, UpstreamLogs } from "./upstream_files.ts";

/** What specs are made with. */
export interface SpecOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly guard: ChildGuard;
  readonly logs: UpstreamLogs;
  readonly secrets: SecretSources;
}

/** What the files come to. */
export interface Specs {
  readonly specs: readonly UpstreamSpec[];
  /** Complaints by name of the server. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Makes specs of files; the servers beyond `limits.upstreamsMax` are faults. */
export function specsOf(files: readonly FoundUpstream[], options: SpecOptions): Specs {
  const faults = new Map<string, string>();
  const specs = files.flatMap((file) => {
    try {
      return specOf(file, options) ?? [];
    } catch (thrown) {
      if (!(thrown instanceof CarError)) throw thrown;
      faults.set(file.name, thrown.message);
      return [];
    }
  });
  const most = options.limits.upstreamsMax;
  for (const { name } of specs.slice(most)) faults.set(name, `At most ${most} servers are mounted`);
  return { specs: specs.slice(0, most), faults };
}

/** Undefined for a server that is switched off. */
function specOf(found: FoundUpstream, options: SpecOptions): UpstreamSpec | undefined {
  const { name, path, content } = found;
  if ("complaint" in content) throw new CarError("config_invalid", content.complaint);
  if (!SERVER_NAME_PATTERN.test(name)) {
    const message = `Upstream file ${path}: a name has up to 32 of a-z, 0-9 and - in between`;
    throw new CarError("config_invalid", message);
  }
  const file = readUpstreamFile(content.text, path);
  if (!file.isEnabled) return undefined;
  const { launch, secrets } = launchOf(file, path, options);
  return {
    name,
    launchHash: hashOf({ launch, timeoutMs: file.timeoutMs }),
    eraKey: hashOf(eraSubject(file)),
    openChannel: channelOf(name, launch, { ...options, blot: blotter(secrets) }),
    timeoutMs: file.timeoutMs,
    isPinned: file.isPinned,
    accepts: toolFilter(file.tools),
  };
}

interface ResolvedLaunch {
  readonly launch: Launch;
  readonly secrets: readonly string[];
}

function launchOf({ target }: UpstreamFile, path: string, options: SpecOptions): ResolvedLaunch {
  try {
    return target.kind === "command" ? commandLaunch(target, options) : urlLaunch(target, options);
  } catch (thrown) {
    throw new CarError("config_invalid", `Upstream file ${path}: ${messageOf(thrown)}`);
  }
}

function commandLaunch(target: CommandTarget, { secrets }: SpecOptions): ResolvedLaunch {
  const resolve = (text: string) => resolveSecrets(text, secrets);
  const { command, args, env, cwd } = target;
  const own = Object.entries(env).map(([name, value]) => [name, resolve(value)]);
  const inherited = INHERITED.flatMap((name) => {
    const value = secrets.variable(name);
    return value === undefined ? [] : [[name, value]];
  });
  const environment = Object.fromEntries([...inherited, ...own]);
  return {
    launch: { kind: "command", command, args: args.map(resolve), environment, cwd },
    secrets: secretsIn([...args, ...Object.values(env)], secrets),
  };
}

// What programs need to find themselves and their user, and no more: a child gets no token that it was
// not given.
const INHERITED: readonly string[] = [
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM"],
  ...["LANG", "LC_ALL", "TZ", "TMPDIR"],
];

function urlLaunch({ url, headers }: UrlTarget, { secrets }: SpecOptions): ResolvedLaunch {
  const own = Object.entries(headers).map((
    [name, value],
  ) => [name, resolveSecrets(value, secrets)]);
  return {
    launch: { kind: "url", url, headers: Object.fromEntries(own) },
    secrets: secretsIn(Object.values(headers), secrets),
  };
}

interface ChannelOptions extends SpecOptions {
  readonly blot: (text: string) => string;
}

function channelOf(name: string, launch: Launch, options: ChannelOptions): OpenChannel {
  const { blot, logs } = options;
  if (launch.kind === "url") return (events) => openHttpChannel({ ...options, launch }, events);
  const onErrorLine = (line: string) => logs.write(name, blot(line));
  return (events) => openStdioChannel({ ...options, launch, onErrorLine }, events);
}

// Secrets are still named here, so that nothing about them is written down.
function eraSubject({ target }: UpstreamFile): unknown {
  if (target.kind === "url") return target.url;
  const { command, args, cwd } = target;
  return [command, args, cwd ?? null];
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
