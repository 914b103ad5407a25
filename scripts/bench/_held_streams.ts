// Many sessions on one server, each with an open stream: what one takes in memory, and how long one
// event to each of them takes, beside a bare server that holds as many streams.

import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServer } from "./_children.ts";
import type { Runtime } from "./_contenders.ts";
import { memoryOf, type MemoryUse } from "./_own_memory.ts";
import { median } from "./_rounds.ts";

/** What a crowd is started with. */
export interface CrowdOptions {
  readonly runtime: Runtime;
  /** A server of `servers/`, and what it is given. */
  readonly script: string;
  readonly args: readonly string[];
}

/** What is measured. */
export interface HeldOptions {
  readonly runtime: Runtime;
  /** A folder that does not exist yet. */
  readonly home: string;
  readonly sessions: number;
  readonly rounds: number;
}

/** What was measured; memory is what one session or one stream adds. */
export interface HeldMeasures {
  readonly session: MemoryUse;
  /** A session and its open stream together. */
  readonly streamedSession: MemoryUse;
  /** An open stream of the bare server. */
  readonly bareStream: MemoryUse;
  /** Milliseconds until an event had reached every reader, medians; and the median of the ratios. */
  readonly pushMs: number;
  readonly barePushMs: number;
  readonly pushRatio: number;
}

const WARMUP_SESSIONS_MAX = 2_000;

/** Holds the streams of both servers at once, so that rounds can take turns. */
export async function measureHeldStreams(options: HeldOptions): Promise<HeldMeasures> {
  const { runtime, home, sessions, rounds } = options;
  const sessionsMax = String(sessions + WARMUP_SESSIONS_MAX);
  const args = [join(home, "streams"), sessionsMax];
  await using product = await startCrowd({ runtime, script: "servers/streams.ts", args });
  const floor = { runtime, script: "servers/floor_streams.ts", args: [] };
  await using bare = await startCrowd(floor);
  await warmUp(product, { sessions, hasSessions: true });
  await warmUp(bare, { sessions, hasSessions: false });
  const before = await memoryOf(product);
  await product.ask("sessions", sessions);
  const opened = await memoryOf(product);
  await product.ask("streams", sessions);
  const streamed = await memoryOf(product);
  const bareBefore = await memoryOf(bare);
  await bare.ask("streams", sessions);
  const bareStreamed = await memoryOf(bare);
  const pushes = await pushInTurns(product, bare, rounds);
  return {
    session: growthOf(before, opened, sessions),
    streamedSession: growthOf(before, streamed, sessions),
    bareStream: growthOf(bareBefore, bareStreamed, sessions),
    ...pushes,
  };
}

function startCrowd(options: CrowdOptions): Promise<ServerProcess> {
  const script = fileURLToPath(new URL("crowd.ts", import.meta.url));
  const permissions = ["net=127.0.0.1", "read", "write", "run", "env"].map((each) =>
    `--allow-${each}`
  );
  const args = ["run", ...permissions, script, JSON.stringify(options)];
  return startServer({ command: process.execPath, args });
}

// What a server makes once, and what its heap has room for, must not count as that of a session.
async function warmUp(
  crowd: ServerProcess,
  { sessions, hasSessions }: { readonly sessions: number; readonly hasSessions: boolean },
): Promise<void> {
  const count = Math.min(sessions, WARMUP_SESSIONS_MAX);
  if (hasSessions) await crowd.ask("sessions", count);
  await crowd.ask("streams", count);
  await crowd.ask("push");
  await crowd.ask("leave");
}

function growthOf(before: MemoryUse, after: MemoryUse, count: number): MemoryUse {
  return {
    residentBytes: (after.residentBytes - before.residentBytes) / count,
    heapBytes: (after.heapBytes - before.heapBytes) / count,
  };
}

async function pushInTurns(
  product: ServerProcess,
  bare: ServerProcess,
  rounds: number,
): Promise<Pick<HeldMeasures, "pushMs" | "barePushMs" | "pushRatio">> {
  const pushes: { readonly ofProduct: number; readonly ofBare: number }[] = [];
  const push = async (crowd: ServerProcess) => (await crowd.ask("push")).ms ?? NaN;
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const ofProduct = await push(product);
      pushes.push({ ofProduct, ofBare: await push(bare) });
    } else {
      const ofBare = await push(bare);
      pushes.push({ ofProduct: await push(product), ofBare });
    }
  }
  return {
    pushMs: median(pushes.map(({ ofProduct }) => ofProduct)),
    barePushMs: median(pushes.map(({ ofBare }) => ofBare)),
    pushRatio: median(pushes.map(({ ofProduct, ofBare }) => ofProduct / ofBare)),
  };
}
