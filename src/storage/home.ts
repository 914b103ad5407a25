// The folder of everything that is kept: `CAR_HOME` and its `mcp` subfolder, for its owner alone.

import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CarError, messageOf } from "../base/errors.ts";

/** The paths inside a home that this server uses. */
export interface HomePaths {
  readonly folder: string;
  readonly database: string;
  readonly sessions: string;
  /** The folder of the policies; the owner makes it, if it is wanted. */
  readonly policies: string;
  /** The folder that says which servers are mounted; the owner makes it. */
  readonly upstreams: string;
  /** What is known of mounted servers, and what they say; made when it is needed. */
  readonly upstreamState: string;
  readonly decisions: string;
  /** Who did what to the memory. */
  readonly audit: string;
  /** Indexes between two runs; made when the first is written. */
  readonly indexFolder: string;
  readonly tasks: string;
  /** The keys that seal what clients carry for us. */
  readonly stateKey: string;
  /** What is kept of the tokens that were given out. */
  readonly tokens: string;
  /** The token of the installation. */
  readonly localToken: string;
  /** Which of that was used up. */
  readonly usedStates: string;
  readonly daemonLock: string;
  readonly daemonFile: string;
  /** What a daemon that no person started writes to stderr. */
  readonly daemonLog: string;
}

const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;

/** Where things are in a home; nothing is looked at. */
export function homePaths(home: string): HomePaths {
  const folder = join(home, "mcp");
  return {
    folder,
    database: join(folder, "memory.db"),
    sessions: join(folder, "sessions.db"),
    policies: join(home, "policies"),
    upstreams: join(home, "upstreams"),
    upstreamState: join(folder, "upstreams"),
    decisions: join(folder, "decisions.jsonl"),
    audit: join(folder, "audit.jsonl"),
    indexFolder: join(folder, "index"),
    tasks: join(folder, "tasks.db"),
    stateKey: join(folder, "state.key"),
    tokens: join(folder, "tokens.toml"),
    localToken: join(folder, "local.token"),
    usedStates: join(folder, "used_states.db"),
    daemonLock: join(folder, "daemon.lock"),
    daemonFile: join(folder, "daemon.json"),
    daemonLog: join(folder, "daemon.log"),
  };
}

/** Makes the folders of a home where they are missing; throws CarError `home_unusable`. */
export function openHome(home: string): HomePaths {
  const paths = homePaths(home);
  const { folder } = paths;
  try {
    mkdirSync(home, { recursive: true, mode: PRIVATE_FOLDER });
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const found = statSync(folder);
    if (!found.isDirectory()) throw new Error(`${folder} is not a folder`);
    if ((found.mode & OTHERS) !== 0) chmodSync(folder, PRIVATE_FOLDER);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (thrown) {
    const message = `Cannot use ${home} as home: ${messageOf(thrown)}`;
    throw new CarError("home_unusable", message, { cause: thrown });
  }
  return paths;
}
