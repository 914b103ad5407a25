// The official clients at a command of their own, as a host starts it, and the daemons that such
// commands leave behind.

import { Client as ClientOf2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioOf2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientOf1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioOf1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { EraClientName } from "./era_clients.ts";
import { within } from "./process.ts";
import { MAIN, type Runtime } from "./runtimes.ts";
import { tempHome } from "./temp_home.ts";

/** A connected client. */
export interface StdioClient extends AsyncDisposable {
  /** Calls a tool; gives its structured answer. */
  // deno-lint-ignore no-explicit-any
  call(name: string, args?: Record<string, unknown>): Promise<any>;
  toolNames(): Promise<readonly string[]>;
}

/** A home whose daemon, if one was started, ends with the test. */
export interface BridgedHome extends AsyncDisposable {
  readonly path: string;
  /** What the program is started with. */
  readonly environment: Record<string, string>;
  /** The process id of the daemon; undefined where none says so. */
  daemonPid(): number | undefined;
  /** Where the daemon says that it serves. */
  daemonUrl(): string;
  /** Ends the daemon at once, without a word to it. */
  killDaemon(): Promise<void>;
  /** What the daemons wrote to their log. */
  log(): string;
}

/** An empty home; daemons of it listen where the system picks. */
export function bridgedHome(environment: Readonly<Record<string, string>> = {}): BridgedHome {
  const home = tempHome();
  const at = (name: string) => join(home.path, "mcp", name);
  const daemonFile = () => JSON.parse(readFileSync(at("daemon.json"), "utf8"));
  const daemonPid = (): number | undefined =>
    existsSync(at("daemon.json")) ? daemonFile().pid : undefined;
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    const pid = daemonPid();
    if (pid === undefined || !isAlive(pid)) return;
    process.kill(pid, signal);
    await within(untilGone(pid), "end of the daemon");
  };
  return {
    path: home.path,
    environment: { CAR_HOME: home.path, CAR_HTTP_BIND: "127.0.0.1:0", ...environment },
    daemonPid,
    daemonUrl: () => daemonFile().url,
    killDaemon: () => end("SIGKILL"),
    log: () => existsSync(at("daemon.log")) ? readFileSync(at("daemon.log"), "utf8") : "",
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      home[Symbol.dispose]();
    },
  };
}

/** Connects a client to `stdio`, started as a host would. */
export async function connectStdio(
  name: EraClientName,
  runtime: Runtime,
  home: BridgedHome,
  flags: readonly string[] = [],
): Promise<StdioClient> {
  const scripts = runtime.isExecutable === true ? [] : [MAIN];
  const parameters = {
    command: runtime.command,
    args: [...runtime.prefix, ...scripts, "stdio", ...flags],
    env: { PATH: process.env["PATH"] ?? "", ...home.environment },
    stderr: "ignore" as const,
  };
  const client = name === "1.32.2" ? await connect1(parameters) : await connect2(name, parameters);
  return {
    async call(tool, args = {}) {
      const result = await client.callTool({ name: tool, arguments: args });
      if (result.isError === true) throw new Error(JSON.stringify(result.content));
      return result.structuredContent;
    },
    async toolNames() {
      const { tools } = await client.listTools();
      return tools.map((tool: { readonly name: string }) => tool.name);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const WHO = { name: "car-mcp-tests", version: "1.0.0" };
type Parameters = ConstructorParameters<typeof StdioOf2>[0];

async function connect1(parameters: Parameters): Promise<ClientOf1> {
  const client = new ClientOf1(WHO);
  return await connected(client, client.connect(new StdioOf1(parameters)));
}

async function connect2(name: EraClientName, parameters: Parameters): Promise<ClientOf2> {
  const mode = name === "2.4.0 auto"
    ? "auto" as const
    : name === "2.4.0 pin"
    ? { pin: "2026-07-28" }
    : "legacy" as const;
  const client = new ClientOf2(WHO, { versionNegotiation: { mode } });
  return await connected(client, client.connect(new StdioOf2(parameters)));
}

/** The client once it is connected; one that could not be leaves no process behind. */
async function connected<Client extends { close(): Promise<void> }>(
  client: Client,
  connecting: Promise<void>,
): Promise<Client> {
  try {
    await connecting;
    return client;
  } catch (thrown) {
    await client.close();
    throw thrown;
  }
}

async function untilGone(pid: number): Promise<void> {
  // It is no child of ours, so nobody tells us of its end.
  while (isAlive(pid)) await new Promise<void>(setImmediate);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended may wait to be fetched by whoever took it over.
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && / Z /.test(readFileSync(path, "utf8").replace(/\(.*\)/s, ""));
}
