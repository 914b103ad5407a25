// Interleaved rounds: every round measures each server once, beginning with another one each time,
// so that what disturbs the machine disturbs all of them. Ratios are taken inside of a round, and
// the median over the rounds is what counts.

import process from "node:process";
import { type LoadResult, runLoad, type ServerKind } from "./_load.ts";
import { cpuSeconds, residentBytes } from "./_process_stats.ts";
import type { ToolCall } from "./_requests.ts";

/** A server under measurement. */
export interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly url: URL;
  readonly kind: ServerKind;
  /** What it is asked. */
  readonly call: ToolCall;
  /** The name of the bare server that answers the same; its own name, if it is one. */
  readonly floor: string;
}

/** One measurement of one server. */
export interface Sample extends LoadResult {
  readonly requestsPerSecond: number;
  /** CPU time of the server for one request; absent where the system does not tell. */
  readonly cpuUs: number | undefined;
  /** How much of one core the server used. */
  readonly cpuShare: number | undefined;
  /** How much of one core the load generator used. */
  readonly generatorShare: number;
  readonly residentBytes: number | undefined;
}

/** The samples of each server, by its name, one a round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** How to measure. */
export interface RoundsOptions {
  readonly contenders: readonly Contender[];
  readonly connections: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** Measures every server in every round. */
export async function runRounds(options: RoundsOptions): Promise<Samples> {
  const { contenders, rounds } = options;
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length];
      if (contender === undefined) continue;
      samples.get(contender.name)?.push(await measure(contender, options));
    }
  }
  return samples;
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN;
  return (low + high) / 2;
}

/** The median over the rounds of one server's throughput divided by another's. */
export function medianRatio(samples: Samples, of: string, over: string): number {
  const below = samples.get(over) ?? [];
  return median(
    (samples.get(of) ?? []).map(({ requestsPerSecond }, round) =>
      requestsPerSecond / (below[round]?.requestsPerSecond ?? NaN)
    ),
  );
}

async function measure(contender: Contender, options: RoundsOptions): Promise<Sample> {
  const { pid, url, kind, call } = contender;
  let cpuBefore: number | undefined;
  let generatorBefore = process.cpuUsage();
  const load = await runLoad({
    url,
    kind,
    calls: [call],
    connections: options.connections,
    seconds: options.seconds,
    onStart: () => {
      cpuBefore = cpuSeconds(pid);
      generatorBefore = process.cpuUsage();
    },
  });
  const cpuAfter = cpuSeconds(pid);
  const generator = process.cpuUsage(generatorBefore);
  const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
  return {
    ...load,
    requestsPerSecond: load.requests / load.seconds,
    cpuUs: cpu === undefined ? undefined : cpu * 1e6 / load.requests,
    cpuShare: cpu === undefined ? undefined : cpu / load.seconds,
    generatorShare: (generator.user + generator.system) / 1e6 / load.seconds,
    residentBytes: residentBytes(pid),
  };
}
