// Whether a reader that never reads holds up those that do: rounds of one event to everybody, every
// second one behind a long event to the client that stopped reading. What it leaves unread fills the
// system's buffers, then the server's, then its session's log.

import { Audience } from "./_audience.ts";
import { type Runtime, startScript } from "./_contenders.ts";
import { percentile } from "./_percentile.ts";
import { median } from "./_rounds.ts";

/** What is measured. */
export interface StuckOptions {
  readonly runtime: Runtime;
  /** A folder that does not exist yet. */
  readonly home: string;
  readonly readers: number;
  readonly rounds: number;
}

/** Latencies of a delivery to those who read, in milliseconds: medians over the rounds. */
export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What was measured. */
export interface StuckMeasures {
  /** Nothing was sent to the reader that never reads. */
  readonly without: Latencies;
  readonly beside: Latencies;
  /** Medians over the pairs of rounds, of the latency beside it to that without. */
  readonly p50Ratio: number;
  readonly p99Ratio: number;
}

const BURDEN_BYTES = 64 * 1_024;

/** Measures; throws where the burden was too small to be felt. */
export async function measureStuckReader(options: StuckOptions): Promise<StuckMeasures> {
  const { runtime, home, readers, rounds } = options;
  await using server = await startScript(runtime, "servers/streams.ts", [home, "10000"]);
  const audience = new Audience(server);
  await audience.openSessions(1);
  for (const stuck of await audience.openStreams(1)) stuck.stopReading();
  await audience.openSessions(readers);
  await audience.openStreams(readers);
  const pairs: { readonly without: Latencies; readonly beside: Latencies }[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const without = latenciesOf(await audience.receive("push", readers));
      const beside = latenciesOf(await audience.receive("burden", readers, BURDEN_BYTES));
      pairs.push({ without, beside });
    }
    await assertBurdened(server.url);
  } finally {
    await audience.close();
  }
  return {
    without: middle(pairs.map(({ without }) => without)),
    beside: middle(pairs.map(({ beside }) => beside)),
    p50Ratio: median(pairs.map(({ without, beside }) => beside.p50Ms / without.p50Ms)),
    p99Ratio: median(pairs.map(({ without, beside }) => beside.p99Ms / without.p99Ms)),
  };
}

function latenciesOf({ latenciesMs }: { readonly latenciesMs: readonly number[] }): Latencies {
  return { p50Ms: percentile(latenciesMs, 0.5), p99Ms: percentile(latenciesMs, 0.99) };
}

function middle(rounds: readonly Latencies[]): Latencies {
  return {
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
  };
}

/** The log of the session drops events only when every buffer before it is full. */
async function assertBurdened(url: URL): Promise<void> {
  const response = await fetch(new URL("/metrics", url));
  const dropped = /^car_events_dropped_total (\d+)/m.exec(await response.text())?.[1];
  if (Number(dropped ?? 0) === 0) {
    throw new Error("The reader that never reads lost nothing: run more rounds");
  }
}
