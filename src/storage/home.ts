// The folder of everything that is kept: `CAR_HOME` and its `mcp` subfolder, for its owner alone.

import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CarError, messageOf } from "../base/errors.ts";
import { isAnothers, isOwn } from "./_file_owner.ts";

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
const OTHERS_WRITE = 0o022;
const EVERYBODY_WRITES = 0o002;
const MODE_BITS = 0o7777;

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

/**
 * Makes the folders of a home where they are missing, and takes from others what they may do there.
 * Throws CarError `home_unusable`, also for a folder of another user, who could put other files into it.
 */
export function openHome(home: string): HomePaths {
  const paths = homePaths(home);
  const { folder, policies, upstreams } = paths;
  try {
    mkdirSync(home, { recursive: true, mode: PRIVATE_FOLDER });
    keepFromOthers(home, OTHERS_WRITE);
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    keepFromOthers(folder, OTHERS);
    // Those that a person makes: what stands there is run, or lets calls through.
    for (const own of [policies, upstreams].filter(existsSync)) keepFromOthers(own, OTHERS_WRITE);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (thrown) {
    const message = `Cannot use ${home} as home: ${messageOf(thrown)}`;
    throw new CarError("home_unusable", message, { cause: thrown });
  }
  return paths;
}

/** Takes those rights away; throws an Error where they are not ours to take. */
function keepFromOthers(path: string, rights: number): void {
  const found = statSync(path);
  if (!found.isDirectory()) throw new Error(`${path} is not a folder`);
  if (isAnothers(found)) throw new Error(`${path} belongs to another user`);
  if ((found.mode & rights) === 0) return;
  if (isOwn(found)) chmodSync(path, found.mode & MODE_BITS & ~rights);
  else if ((found.mode & EVERYBODY_WRITES) !== 0) throw new Error(`${path} is open to everybody`);
}
