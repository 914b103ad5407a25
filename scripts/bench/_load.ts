// The load generator: so many connections, each with a session of its own and one call in flight,
// for so many seconds. It counts and sorts times into buckets of one microsecond, so that its memory
// does not grow with what it measures.

import { Connection } from "./_connection.ts";
import {
  closeSession,
  countedCall,
  type CountedRequest,
  goodResult,
  openSession,
  type ToolCall,
} from "./_requests.ts";

/**
 * What a server knows: an echo nothing, a floor how to answer a call, a server of MCP its sessions,
 * which are opened and closed as a client would.
 */
export type ServerKind = "echo" | "floor" | "mcp";

/** What to send, and for how long. */
export interface LoadOptions {
  readonly url: URL;
  readonly connections: number;
  readonly seconds: number;
  /** Sent in turn. */
  readonly calls: readonly ToolCall[];
  readonly kind: ServerKind;
  /** Called when everything is connected and the clock starts. */
  readonly onStart?: () => void;
}

/** What came back. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

interface Lane {
  readonly connection: Connection;
  readonly sessionId: string;
  readonly requests: readonly CountedRequest[];
}

const BUCKETS_MAX = 4_000_000; // four seconds; what took longer is counted in the last
const CONNECTIONS_AT_ONCE_MAX = 16;
const OVERTIME_MS_MAX = 20_000;
const ANY_SESSION_ID = "00000000-0000-4000-8000-000000000000"; // makes the requests equally long

/** Runs one load and gives what it measured; every connection is closed at the end. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const lanes: Lane[] = [];
  try {
    for (let open = 0; open < options.connections; open += CONNECTIONS_AT_ONCE_MAX) {
      const count = Math.min(CONNECTIONS_AT_ONCE_MAX, options.connections - open);
      lanes.push(...await Promise.all(Array.from({ length: count }, () => openLane(options))));
    }
    options.onStart?.();
    const measured = await driveAll(lanes, options);
    for (const { connection, sessionId } of lanes) {
      if (options.kind === "mcp") await closeSession(connection, options.url, sessionId);
    }
    return measured;
  } finally {
    for (const { connection } of lanes) connection.close();
  }
}

async function openLane({ url, calls, kind }: LoadOptions): Promise<Lane> {
  const connection = await Connection.open(url);
  const sessionId = kind === "mcp" ? await openSession(connection, url) : ANY_SESSION_ID;
  return {
    connection,
    sessionId,
    requests: calls.map((call) => countedCall(url, call, sessionId)),
  };
}

async function driveAll(lanes: readonly Lane[], options: LoadOptions): Promise<LoadResult> {
  const buckets = new Uint32Array(BUCKETS_MAX);
  const startMs = performance.now();
  const stopMs = startMs + options.seconds * 1_000;
  const { promise: overtime, reject } = Promise.withResolvers<never>();
  const late = () => reject(new Error(`${options.url.href} stopped answering`));
  const timer = setTimeout(late, options.seconds * 1_000 + OVERTIME_MS_MAX);
  try {
    const runs = lanes.map((lane) => driveLane(lane, { buckets, stopMs, kind: options.kind }));
    const counts = await Promise.race([Promise.all(runs), overtime]);
    const seconds = (performance.now() - startMs) / 1_000;
    const requests = counts.reduce((sum, count) => sum + count, 0);
    const [p50Us, p99Us] = [at(buckets, requests * 0.5), at(buckets, requests * 0.99)];
    return { requests, seconds, p50Us, p99Us };
  } finally {
    clearTimeout(timer);
  }
}

interface Drive {
  readonly buckets: Uint32Array;
  readonly stopMs: number;
  readonly kind: ServerKind;
}

function driveLane(lane: Lane, { buckets, stopMs, kind }: Drive): Promise<number> {
  const { connection, requests } = lane;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let count = 0;
  let sentMs = 0;
  const sendNext = (nowMs: number) => {
    const request = requests[count % requests.length];
    if (request === undefined) throw new Error("There is nothing to send");
    request.next();
    sentMs = nowMs;
    connection.send(request.bytes);
  };
  connection.drive((response) => {
    const nowMs = performance.now();
    const bucket = Math.min(BUCKETS_MAX - 1, Math.round((nowMs - sentMs) * 1_000));
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    count++;
    try {
      if (response !== undefined) {
        if (response.status !== 200) throw new Error(`A call was answered ${response.status}`);
        if (kind !== "echo") goodResult(response.body);
        connection.trust(response);
      }
    } catch (thrown) {
      reject(thrown);
      return;
    }
    if (nowMs >= stopMs) resolve(count);
    else sendNext(nowMs);
  }, reject);
  sendNext(performance.now());
  return promise;
}

function at(buckets: Uint32Array, rank: number): number {
  let seen = 0;
  return Math.max(0, buckets.findIndex((count) => (seen += count) >= rank));
}
