// Mounted servers in a test: real children, a home for nothing but the records, and calls through the
// whole pipeline of an app.

import type { Clock } from "../../src/base/clock.ts";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { Deadlines } from "../../src/base/deadlines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import { createLog } from "../../src/observe/log.ts";
import { createChildGuard } from "../../src/upstream/child_guard.ts";
import type { OpenChannel } from "../../src/upstream/channel.ts";
import { Mounts, type UpstreamSpec } from "../../src/upstream/mounts.ts";
import type { UpstreamRecord, UpstreamRecords } from "../../src/upstream/pins.ts";
import { openHttpChannel } from "../../src/upstream/http_channel.ts";
import { openStdioChannel } from "../../src/upstream/stdio_channel.ts";
import { fakeLaunch } from "./fake_launch.ts";
import type { FakeChildPlan } from "./fake_plan.ts";
import { call, resultOf, type TestApp, testApp } from "./test_app.ts";

/** Options of mounted(). */
export interface MountedOptions {
  readonly limits?: Partial<Limits>;
  readonly records?: Map<string, UpstreamRecord>;
  readonly spec?: Partial<UpstreamSpec>;
  readonly clock?: Clock;
  /** Configuration of the app, by environment variable. */
  readonly environment?: Record<string, string>;
  /** Servers over HTTP to be mounted as well, by name. */
  readonly urls?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An app with mounted servers. */
export interface Mounted extends AsyncDisposable {
  readonly server: TestApp;
  readonly mounts: Mounts;
  readonly records: Map<string, UpstreamRecord>;
  /** The lines of the log of the mounts. */
  readonly log: string[];
  /** What children wrote to stderr. */
  readonly errors: string[];
  /** Mounts other children. */
  remount(plans: Readonly<Record<string, FakeChildPlan>>): Promise<void>;
  /** Calls a tool outside of a session and gives its result. */
  // deno-lint-ignore no-explicit-any
  call(tool: string, args?: Record<string, unknown>): Promise<any>;
  /** Calls a tool and reads the text of its answer as JSON. */
  // deno-lint-ignore no-explicit-any
  answer(tool: string, args?: Record<string, unknown>): Promise<any>;
}

/** Mounts children by name and waits until each was started, or could not be. */
export async function mounted(
  plans: Readonly<Record<string, FakeChildPlan>>,
  options: MountedOptions = {},
): Promise<Mounted> {
  const { records = new Map(), spec = {}, clock = SYSTEM_CLOCK } = options;
  const limits = limitsWith(options.limits);
  const log: string[] = [];
  const errors: string[] = [];
  const deadlines = new Deadlines({ clock, tickMs: 10 });
  const guard = createChildGuard((why) => log.push(why));
  const mounts = new Mounts({
    clock,
    deadlines,
    limits,
    log: createLog({ level: "debug", format: "json", clock, write: (line) => log.push(line) }),
    records: recordsIn(records),
  });
  const { urls = {}, headers = {} } = options;
  const openUrl = (url: string): OpenChannel => (events) =>
    openHttpChannel({ launch: { kind: "url", url, headers }, clock, limits }, events);
  const open = (plan: FakeChildPlan): OpenChannel => (events) =>
    openStdioChannel(
      { launch: fakeLaunch(plan), guard, clock, limits, onErrorLine: (line) => errors.push(line) },
      events,
    );
  const remount = async (next: Readonly<Record<string, FakeChildPlan>>) => {
    const channels = [
      ...Object.entries(next).map(([name, plan]) =>
        [name, JSON.stringify(plan), open(plan)] as const
      ),
      ...Object.entries(urls).map(([name, url]) => [name, url, openUrl(url)] as const),
    ];
    mounts.apply(channels.map(([name, key, openChannel]) => ({
      name,
      launchHash: key,
      eraKey: key,
      openChannel,
      timeoutMs: 60_000,
      isPinned: true,
      accepts: () => true,
      ...spec,
    })));
    await mounts.settled();
  };
  await remount(plans);
  const server = await appWith(mounts, options.environment);
  const callTool = async (tool: string, args: Record<string, unknown> = {}) =>
    await resultOf(await server.post(call(tool, args)));
  return {
    server,
    mounts,
    records,
    log,
    errors,
    remount,
    call: callTool,
    async answer(tool, args) {
      const { content } = await callTool(tool, args);
      return JSON.parse(content[0].text);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await mounts.stop();
      await guard.close();
      deadlines.close();
    },
  };
}

function recordsIn(records: Map<string, UpstreamRecord>): UpstreamRecords {
  return {
    read: (name) => records.get(name),
    write: (name, record) => void records.set(name, record),
    stamp: () => "",
  };
}

function appWith(mounts: Mounts, environment: Record<string, string> = {}): Promise<TestApp> {
  return testApp({
    environment,
    toolSources: [mounts],
    promptSources: [mounts.prompts],
    // The app has a provider of its own for the servers of its home.
    resources: [{ ...mounts.resources, name: "tested" }],
  });
}
