// The price of an answer that becomes a stream, because its tool says how far it is: requests a second
// beside the plain answer of the same tool, and beside a bare handler that does either.

import { type Runtime, startScript } from "./_contenders.ts";
import { type Contender, median, medianRatio, runRounds, type Samples } from "./_rounds.ts";
import { PLAIN_CALL, STREAMED_CALL } from "./_stream_calls.ts";

/** What is measured. */
export interface AnswersOptions {
  readonly runtime: Runtime;
  /** A folder that does not exist yet. */
  readonly home: string;
  readonly connections: number;
  readonly rounds: number;
  /** Of one measurement of one server. */
  readonly seconds: number;
}

/** One form of the answer; medians. */
export interface AnswerRates {
  readonly requestsPerSecond: number;
  readonly bareRequestsPerSecond: number;
  /** Medians of the ratios within a round. */
  readonly ofBare: number;
}

/** What was measured. */
export interface AnswersMeasures {
  readonly plain: AnswerRates;
  readonly streamed: AnswerRates;
  /** The rate of streamed answers by that of plain ones. */
  readonly streamedOfPlain: number;
  readonly bareStreamedOfPlain: number;
}

const NAMES = {
  plain: "plain",
  streamed: "streamed",
  barePlain: "bare plain",
  bareStreamed: "bare streamed",
} as const;

/** Measures both forms on both servers, in turn. */
export async function measureAnswers(options: AnswersOptions): Promise<AnswersMeasures> {
  const { runtime, home, connections, rounds, seconds } = options;
  const sessionsMax = String(connections);
  await using product = await startScript(runtime, "servers/streams.ts", [home, sessionsMax]);
  await using bare = await startScript(runtime, "servers/floor_streams.ts", []);
  const ofProduct = { pid: product.pid, url: product.url, kind: "mcp" } as const;
  const ofBare = { pid: bare.pid, url: bare.url, kind: "floor" } as const;
  const [plain, streamed] = [{ call: PLAIN_CALL }, { call: STREAMED_CALL }];
  const contenders: readonly Contender[] = [
    { ...ofProduct, ...plain, name: NAMES.plain, floor: NAMES.barePlain },
    { ...ofBare, ...plain, name: NAMES.barePlain, floor: NAMES.barePlain },
    { ...ofProduct, ...streamed, name: NAMES.streamed, floor: NAMES.bareStreamed },
    { ...ofBare, ...streamed, name: NAMES.bareStreamed, floor: NAMES.bareStreamed },
  ];
  await runRounds({ contenders, connections, rounds: 1, seconds }); // Warms up.
  const samples = await runRounds({ contenders, connections, rounds, seconds });
  return {
    plain: ratesOf(samples, NAMES.plain, NAMES.barePlain),
    streamed: ratesOf(samples, NAMES.streamed, NAMES.bareStreamed),
    streamedOfPlain: medianRatio(samples, NAMES.streamed, NAMES.plain),
    bareStreamedOfPlain: medianRatio(samples, NAMES.bareStreamed, NAMES.barePlain),
  };
}

function ratesOf(samples: Samples, name: string, floor: string): AnswerRates {
  const rateOf = (server: string) =>
    median((samples.get(server) ?? []).map(({ requestsPerSecond }) => requestsPerSecond));
  return {
    requestsPerSecond: rateOf(name),
    bareRequestsPerSecond: rateOf(floor),
    ofBare: medianRatio(samples, name, floor),
  };
}
