// The server that is attacked: the program itself as a process, in a home of its own, and what tests ask
// of it afterwards. An attack has failed when what it was after did not happen, whatever it was answered.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { loadConfig } from "../../src/config/config.ts";
import { giveToken, revokeToken, type TokenGrant } from "../../src/token_care.ts";
import { postModern } from "../helpers/modern_client.ts";
import { type Ended, runProcess, startServer } from "../helpers/process.ts";
import { type RawAnswer, RawSocket } from "../helpers/raw_socket.ts";
import type { Runtime } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";
import { call, clientOf, resultOf } from "../helpers/test_app.ts";

/** What is special about a victim. */
export interface VictimOptions {
  /** Lets in nobody without a token. */
  readonly isGuarded?: boolean;
  /** Files of the home, by their path in it; those that nobody else may read are what all are. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** A server under attack. */
export interface Victim extends ReturnType<typeof clientOf>, AsyncDisposable {
  readonly runtime: Runtime;
  readonly home: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Sends bytes on a connection of their own; gives the first answer, undefined where there was none. */
  sendRaw(bytes: string | Uint8Array): Promise<RawAnswer | undefined>;
  /** Gives out a token; by default one that may do everything that needs no role. */
  give(principal: string, grant?: Partial<TokenGrant>): string;
  /** Takes it back. */
  revoke(token: string): void;
  /** Calls a tool of the newest revision without a session; gives its structured content. */
  // deno-lint-ignore no-explicit-any
  use(tool: string, args?: Record<string, unknown>, token?: string): Promise<any>;
  /** The subjects of all facts in the default namespace. */
  subjects(token?: string): Promise<readonly string[]>;
  /** Runs a command of the program on this home. */
  run(args: readonly string[], input?: string): Promise<Ended>;
  /** Ends it; gives all that it wrote. */
  stop(name?: "SIGTERM" | "SIGKILL"): Promise<Ended>;
}

/** Starts one. */
export async function startVictim(runtime: Runtime, options: VictimOptions = {}): Promise<Victim> {
  const home = tempHome();
  for (const [name, text] of Object.entries(options.files ?? {})) {
    const path = join(home.path, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  }
  const environment = {
    ...(options.isGuarded === true && { CAR_AUTH_TOKENS: "true", CAR_AUTH_LOCAL: "token" }),
    ...options.environment,
  };
  const server = await startServer(runtime, home.path, options.args, environment);
  const url = server.firstLine;
  const client = clientOf((request) => fetch(request), url);
  const config = loadConfig({ environment: { CAR_HOME: home.path } });
  const port = Number(new URL(url).port);
  const use: Victim["use"] = async (tool, args, token) => {
    const headers = {
      // What takes its time would otherwise be answered by a stream.
      accept: "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(args?.["tenant_id"] !== undefined &&
        { "mcp-param-tenant-id": String(args["tenant_id"]) }),
    };
    const { structuredContent } = await resultOf(
      await postModern(client, "tools/call", { name: tool, arguments: args ?? {} }, { headers }),
    );
    return structuredContent;
  };
  return {
    ...client,
    runtime,
    home: home.path,
    url,
    port,
    pid: server.pid,
    use,
    async sendRaw(bytes) {
      using socket = await RawSocket.open(port);
      socket.write(bytes);
      return await socket.answer();
    },
    give(principal, grant = {}) {
      return giveToken(config, {
        principal,
        roles: [],
        permissions: ["tools:call", "resources:read"],
        namespaces: undefined,
        expiresMs: undefined,
        ...grant,
      }, SYSTEM_CLOCK).token;
    },
    revoke: (token) => void revokeToken(config, token.split("_")[1] ?? ""),
    async subjects(token) {
      const { facts } = await use("memory_query", { query: "", k: 50 }, token);
      return facts.map(({ subject }: { readonly subject: string }) => subject);
    },
    run: (args, input) =>
      runProcess({ runtime, args: [...args, "--home", home.path], ...(input && { input }) }),
    stop: (name) => server.stop(name),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

/** A word that stands in every fact an attacker tries to store. */
export const CANARY = "canary";

/** The call with which an attacker tries to store something. */
export function plant(subject: string): string {
  return JSON.stringify(call("memory_add_fact", { subject, body: `${CANARY} ${subject}` }));
}

/** Checks that a victim is unharmed: it serves, and holds those facts of attackers and no others. */
export async function assertUnharmed(
  victim: Victim,
  planted: readonly string[] = [],
): Promise<void> {
  assert.deepEqual([...await victim.subjects()].sort(), [...planted].sort());
}
