// The part of the composition root that looks for the daemon of a home from outside of it: who it says it
// is in `daemon.json`, whether what answers there is it, how it fares, and how it is asked to end. Only
// a process that repeats the nonce of the file is taken for the daemon: a number of a process that has
// ended may be another program's by now. One that asks for a token proves first that it knows it.

import { Buffer } from "node:buffer";
import process from "node:process";
import { CHALLENGE_HEADER, isProof } from "./auth/local_proof.ts";
import { type Clock, pause } from "./base/clock.ts";
import { CarError, messageOf } from "./base/errors.ts";
import { createSecretId } from "./base/ids.ts";
import { type DaemonInfo, readDaemonFile } from "./storage/daemon_file.ts";
import { homePaths } from "./storage/home.ts";
import { readLocalToken } from "./storage/local_token.ts";

/** What is asked with. */
export interface DaemonLookup {
  readonly home: string;
  /** One whose timers keep the process alive. */
  readonly clock: Clock;
}

/** What a daemon says about its health; members that it does not send are undefined. */
export interface DaemonHealth {
  readonly version: string | undefined;
  readonly upstreams: readonly { readonly name: string; readonly state: string }[];
}

/** What was found where the daemon of a home should be. */
export type FoundDaemon =
  /** Nobody says that there is one. */
  | { readonly kind: "none" }
  /** Something is there that is no running daemon of this home; `complaint` says what. */
  | { readonly kind: "gone"; readonly complaint: string }
  | UpDaemon;

/** A daemon that answers. */
export interface UpDaemon {
  readonly kind: "up";
  readonly info: DaemonInfo;
  readonly health: DaemonHealth;
  /** What lets the user of this machine in; to be sent to this daemon alone. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Who started a daemon, if no person did. */
export const STARTED_BY_BRIDGE = "bridge";

const ANSWER_MS_MAX = 3_000;

/** Looks for the daemon of a home; throws nothing. */
export async function findDaemon({ home, clock }: DaemonLookup): Promise<FoundDaemon> {
  const file = readDaemonFile(homePaths(home).daemonFile);
  if (file.kind === "missing") return { kind: "none" };
  if (file.kind === "unreadable") return { kind: "gone", complaint: file.complaint };
  const { info } = file;
  try {
    const { health, headers } = await readHealth(home, info.url, clock);
    if (health?.["nonce"] !== info.nonce) {
      return {
        kind: "gone",
        complaint: `what answers at ${info.url} is not the daemon of this home`,
      };
    }
    return { kind: "up", info, health: healthIn(health), headers };
  } catch (thrown) {
    // Refused, late, or no JSON: whatever it is, it is not a daemon that serves.
    const complaint = `nothing answers as a daemon at ${info.url} (${messageOf(thrown)})`;
    return { kind: "gone", complaint };
  }
}

interface AnsweredHealth {
  readonly health: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a daemon says of itself; the token is shown to none but one that has it, too. */
async function readHealth(home: string, url: string, clock: Clock): Promise<AnsweredHealth> {
  const token = readLocalToken(homePaths(home).localToken);
  const challenge = createSecretId();
  const health = await askForJson(url, clock, { [CHALLENGE_HEADER]: challenge });
  const { protocol, port } = new URL(url);
  const standardPort = protocol === "https:" ? 443 : 80;
  const request = { challenge, port: port === "" ? standardPort : Number(port) };
  if (token === undefined || !isProof(health["proof"], { token, ...request })) {
    return { health, headers: {} };
  }
  const headers = { authorization: `Bearer ${token}` };
  return { health: await askForJson(url, clock, headers), headers };
}

async function askForJson(
  url: string,
  clock: Clock,
  headers: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const read: unknown = JSON.parse(await ask(`${url}/health`, clock, headers));
  return typeof read === "object" && read !== null ? { ...read } : {};
}

function healthIn(health: Record<string, unknown>): DaemonHealth {
  const { version, upstreams } = health;
  return {
    version: typeof version === "string" ? version : undefined,
    upstreams: Array.isArray(upstreams)
      ? upstreams.map((one) => ({ name: String(one?.name), state: String(one?.state) }))
      : [],
  };
}

/** How much a daemon has to do. */
export interface DaemonLoad {
  readonly sessions: number;
  readonly streams: number;
  readonly facts: number;
}

/** Reads a daemon's metrics; undefined where they cannot be had. */
export async function readDaemonLoad(
  { info, headers }: Pick<UpDaemon, "info" | "headers">,
  clock: Clock,
): Promise<DaemonLoad | undefined> {
  try {
    const text = await ask(new URL("/metrics", info.url).href, clock, headers);
    const reading = (name: string) => Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1]);
    const load = {
      sessions: reading("car_sessions"),
      streams: reading("car_streams"),
      facts: reading("car_facts"),
    };
    return Object.values(load).some(Number.isNaN) ? undefined : load;
  } catch {
    // It ended meanwhile, or is too busy; its health was fine.
    return undefined;
  }
}

const LOOK_EVERY_MS = 25;

/** How long a daemon may take to end. */
export interface StopOptions extends DaemonLookup {
  readonly waitMs: number;
}

/**
 * Ends the daemon of a home and waits until it is gone. Throws CarError `no_daemon` when there is none,
 * and `deadline_exceeded` when it does not end in time.
 */
export async function stopDaemon({ home, clock, waitMs }: StopOptions): Promise<DaemonInfo> {
  const found = await findDaemon({ home, clock });
  if (found.kind !== "up") throw noDaemon(home, found);
  const { info } = found;
  process.kill(info.pid, "SIGTERM");
  const path = homePaths(home).daemonFile;
  const isServing = () => {
    const file = readDaemonFile(path);
    return file.kind === "daemon" && file.info.nonce === info.nonce;
  };
  const deadlineMs = clock.monotonicMs() + waitMs;
  // Its parent may leave it as a zombie for ever, which counts as a process; its file is gone by then.
  const goneMs = () => clock.monotonicMs() + (isServing() ? Infinity : AFTER_FILE_MS);
  let endMs = goneMs();
  while (isAlive(info.pid) && clock.monotonicMs() < endMs) {
    if (clock.monotonicMs() >= deadlineMs) {
      throw new CarError("deadline_exceeded", `The daemon (process ${info.pid}) does not end`);
    }
    await pause(LOOK_EVERY_MS, clock);
    endMs = Math.min(endMs, goneMs());
  }
  return info;
}

// How long the process may take to end once its file is gone.
const AFTER_FILE_MS = 2_000;

/** Where a daemon that no person started writes its log. */
export function daemonLogPath(home: string): string {
  return homePaths(home).daemonLog;
}

/** The fault of a command that needs a daemon. */
export function noDaemon(home: string, found: Exclude<FoundDaemon, { kind: "up" }>): CarError {
  const why = found.kind === "gone" ? `: ${found.complaint}` : "";
  return new CarError("no_daemon", `No daemon serves ${home}${why}`);
}

/** Whether a process of that number runs that is ours to signal: the number may be a stranger's by now. */
export function isOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // There is none, or it is another user's.
    return false;
  }
}

/** Whether a process of that number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Anything but "no such process" means that there is one.
    return (thrown as { code?: unknown }).code !== "ESRCH";
  }
}

async function ask(
  url: string,
  clock: Clock,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const late = new AbortController();
  const cancel = clock.after(ANSWER_MS_MAX, () => late.abort(new Error("no answer in time")));
  try {
    const ask = { headers, signal: late.signal };
    const { status, text } =
      await (isSecureUrl(url) ? askSecurely(url, ask) : askPlainly(url, ask));
    if (status !== 200) throw new Error(`status ${status}`);
    return text;
  } finally {
    cancel();
  }
}

/** Whether a daemon speaks TLS. */
export function isSecureUrl(url: string): boolean {
  return new URL(url).protocol === "https:";
}

interface Asking {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

async function askPlainly(url: string, asking: Asking): Promise<Answer> {
  const response = await fetch(url, { ...asking, redirect: "error" });
  return { status: response.status, text: await response.text() };
}

// Its certificate is for the names that others call it by, and an authority of theirs vouches for it. Here
// it is known by what it knows itself: the nonce of the file, and the proof before a token is shown.
async function askSecurely(url: string, asking: Asking): Promise<Answer> {
  // Hardly any daemon needs it, and every bridge would wait for it.
  const { get } = await import("node:https");
  return await new Promise((resolve, reject) => {
    // Deno looks up the system's authorities where none are named, and asks for a permission to.
    const trust = { rejectUnauthorized: false, ca: [] };
    const request = get(url, { ...asking, ...trust }, (response) => {
      const pieces: Uint8Array[] = [];
      response.on("data", (piece: Uint8Array) => void pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const text = new TextDecoder().decode(Buffer.concat(pieces));
        resolve({ status: response.statusCode, text });
      });
    });
    request.on("error", reject);
  });
}
