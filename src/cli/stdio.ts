// `car-mcp stdio`: what clients start that want a command. Joins their lines to the daemon of the home,
// which it starts where none runs; or to another server, or to one in this process. stdout carries
// messages and nothing else.

import process from "node:process";
import { WAITING_CLOCK } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { limitsWith } from "../base/limits.ts";
import { SERVER_NAME, VERSION } from "../base/version.ts";
import { homeFolder } from "../config/home_folder.ts";
import { NAMESPACE_HEADER, PROJECT_HEADER } from "../protocol/headers.ts";
import { runBridge } from "../stdio/bridge.ts";
import type { UpDaemon } from "../find_daemon.ts";
import type { EndpointAddress, LocateEndpoint } from "../stdio/endpoint_client.ts";
import { MessageOutput } from "../stdio/message_output.ts";
import { projectNamespace } from "./_project_namespace.ts";
import { tellPerson } from "./_stderr.ts";
import { selfCommand } from "./self_command.ts";
import { EXIT } from "./exit_codes.ts";

/** The flags of `stdio`, as given. */
export interface StdioFlags {
  readonly home?: string;
  /** False with `--no-start`. */
  readonly start: boolean;
  readonly embedded?: boolean;
  readonly url?: string;
  readonly tokenEnv?: string;
  readonly namespace?: string;
}

/** How a bridge reaches its server. */
interface Reach {
  readonly locate: LocateEndpoint;
  /** Whether the server runs on this machine, so that paths mean something to it. */
  readonly isLocal: boolean;
  close(): Promise<void>;
}

// A daemon that no person started ends that long after its last client.
const IDLE_EXIT_MS = 30 * 60_000;

/** Serves the client at stdin and stdout until its input ends; resolves with the exit code. */
export async function stdio(flags: StdioFlags): Promise<number> {
  const { stdin, stdout } = process;
  // A client that does not read any more will end its input, too.
  stdout.on("error", () => {});
  const reach = await reachOf(flags);
  try {
    await runBridge({
      locate: reach.locate,
      headers: headersOf(flags, reach.isLocal),
      input: stdin,
      output: new MessageOutput(stdout),
      limits: limitsWith(),
      clock: WAITING_CLOCK,
      onTrouble: tellPerson,
    });
  } finally {
    await reach.close();
  }
  return EXIT.done;
}

function reachOf(flags: StdioFlags): Promise<Reach> | Reach {
  if (flags.embedded && flags.url !== undefined) {
    throw new CarError("invalid_argument", "--embedded and --url exclude each other");
  }
  if (flags.embedded) return reachEmbedded(flags);
  if (flags.url !== undefined) return reachRemote(flags.url);
  return reachDaemon(homeFolder(flags.home, process.env["CAR_HOME"]), flags.start);
}

function reachDaemon(home: string, mayStartAny: boolean): Reach {
  let hasWarned = false;
  const warn = (line: string) => {
    if (!hasWarned) tellPerson(line);
    hasWarned = true;
  };
  return {
    isLocal: true,
    close: () => Promise.resolve(),
    async locate({ mayStart }): Promise<EndpointAddress> {
      // Loaded here, because a bridge to another server has no use for it.
      const { findDaemon, isOurs } = await import("../find_daemon.ts");
      const addressOf = ({ info: { url, pid }, headers }: UpDaemon): EndpointAddress => ({
        url,
        headers,
        send: fetch,
        isThere: () => isOurs(pid),
      });
      const found = await findDaemon({ home, clock: WAITING_CLOCK });
      const mayStartOne = mayStart && mayStartAny;
      const { isUsable, makeWay } = await import("./_daemon_version.ts");
      if (found.kind === "up") {
        const isOurs = isUsable(found.info);
        if (isOurs || !mayStartOne || !await makeWay(home, found)) {
          if (!isOurs) warn(`the daemon is of version ${found.info.version}; this is ${VERSION}`);
          return addressOf(found);
        }
      }
      if (!mayStartOne) {
        const command = `${SERVER_NAME} serve --home ${home}`;
        throw new CarError("closed", `No daemon serves ${home}; start one: ${command}`);
      }
      const { startDaemon } = await import("../start_daemon.ts");
      const self = selfCommand();
      const serve = { command: self.command, args: [...self.args, "serve"] };
      const idleExitMs = IDLE_EXIT_MS;
      return addressOf(await startDaemon({ home, serve, clock: WAITING_CLOCK, idleExitMs }));
    },
  };
}

function reachRemote(url: string): Reach {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new CarError("invalid_argument", "--url must be an address of http or https");
  }
  return {
    isLocal: false,
    close: () => Promise.resolve(),
    locate: () => Promise.resolve({ url, send: fetch }),
  };
}

async function reachEmbedded({ home }: StdioFlags): Promise<Reach> {
  // The whole server: only whoever serves in this process pays for loading it.
  const { startEmbedded } = await import("./_embedded.ts");
  const app = await startEmbedded(home);
  return {
    isLocal: true,
    close: () => app.stop(),
    locate: () => Promise.resolve({ url: app.url, send: (request) => app.fetch(request) }),
  };
}

function headersOf(
  { namespace, tokenEnv }: StdioFlags,
  isLocal: boolean,
): Record<string, string> {
  const folder = process.cwd();
  const token = tokenEnv === undefined ? undefined : process.env[tokenEnv];
  if (tokenEnv !== undefined && (token === undefined || token === "")) {
    throw new CarError("invalid_argument", `The variable ${tokenEnv} of --token-env is not set`);
  }
  const named = namespace === "auto" ? projectNamespace(folder) : namespace;
  return {
    ...(isLocal ? { [PROJECT_HEADER]: encodeURI(folder) } : {}),
    ...(named === undefined ? {} : { [NAMESPACE_HEADER]: named }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}
