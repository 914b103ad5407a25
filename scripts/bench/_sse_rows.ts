// The measures of streams as rows of a Markdown table.

import type { EnduranceMeasures } from "./_endurance.ts";
import type { HeldMeasures } from "./_held_streams.ts";
import {
  ENDURANCE_HEAP_BYTES,
  PUSH_MS_PER_STREAM,
  SESSION_BYTES,
  STREAMED_SESSION_BYTES,
  STUCK_P99_RATIO,
} from "./_sse_goals.ts";
import type { AnswersMeasures } from "./_streamed_answers.ts";
import type { StuckMeasures } from "./_stuck_reader.ts";

/** One line: what was measured, this server, the bare one, one beside the other, the goal. */
export type Row = readonly [
  measure: string,
  product: string,
  bare: string,
  beside: string,
  goal: string,
];

const HEADER: Row = ["", "car-mcp", "bare", "beside it", "goal"];
const KB = 1_000;
const MIB = 1_048_576;

/** The table as Markdown. */
export function markdownTable(rows: readonly Row[]): string {
  const rule = HEADER.map(() => "---");
  return [HEADER, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Memory of sessions, and the time of an event to all of them. */
export function heldRows(measures: HeldMeasures, sessions: number): readonly Row[] {
  const { session, streamedSession, bareStream, pushMs, barePushMs, pushRatio } = measures;
  const beyondBytes = streamedSession.residentBytes - bareStream.residentBytes;
  const pushGoalMs = sessions * PUSH_MS_PER_STREAM;
  return [
    [
      "idle session, resident",
      kilobytes(session.residentBytes),
      "",
      "",
      judged(session.residentBytes <= SESSION_BYTES, `at most ${kilobytes(SESSION_BYTES)}`),
    ],
    ["idle session, heap", kilobytes(session.heapBytes), "", "", ""],
    [
      "session with a stream, resident",
      kilobytes(streamedSession.residentBytes),
      kilobytes(bareStream.residentBytes),
      `+${kilobytes(beyondBytes)}`,
      judged(
        beyondBytes <= STREAMED_SESSION_BYTES,
        `at most +${kilobytes(STREAMED_SESSION_BYTES)}`,
      ),
    ],
    [
      "session with a stream, heap",
      kilobytes(streamedSession.heapBytes),
      kilobytes(bareStream.heapBytes),
      `+${kilobytes(streamedSession.heapBytes - bareStream.heapBytes)}`,
      "",
    ],
    [
      `one event to each of ${sessions} streams`,
      milliseconds(pushMs),
      milliseconds(barePushMs),
      `× ${pushRatio.toFixed(2)}`,
      judged(pushMs <= pushGoalMs, `at most ${milliseconds(pushGoalMs)}`),
    ],
  ];
}

/** Deliveries beside a reader that never reads; the second column is without it. */
export function stuckRows(measures: StuckMeasures, readers: number): readonly Row[] {
  const { without, beside, p50Ratio, p99Ratio } = measures;
  const rowOf = (name: string, own: number, bare: number, ratio: number): Row => [
    `one event to ${readers} beside a stuck reader, ${name}`,
    milliseconds(own),
    `${milliseconds(bare)} without it`,
    `× ${ratio.toFixed(2)}`,
    "",
  ];
  const [measure, own, bare, ratio] = rowOf("p99", beside.p99Ms, without.p99Ms, p99Ratio);
  const goal = judged(p99Ratio <= STUCK_P99_RATIO, `at most × ${STUCK_P99_RATIO}`);
  return [
    rowOf("p50", beside.p50Ms, without.p50Ms, p50Ratio),
    [measure, own, bare, ratio, goal],
  ];
}

/** Memory over many calls. */
export function enduranceRows(
  { before, after }: EnduranceMeasures,
  calls: number,
): readonly Row[] {
  const grown = after.heapBytes - before.heapBytes;
  const range = (from: number, to: number) => `${mebibytes(from)} → ${mebibytes(to)}`;
  return [
    [
      `heap over ${calls} calls on one session`,
      range(before.heapBytes, after.heapBytes),
      "",
      "",
      judged(grown <= ENDURANCE_HEAP_BYTES, `at most +${mebibytes(ENDURANCE_HEAP_BYTES)}`),
    ],
    [
      `resident over ${calls} calls on one session`,
      range(before.residentBytes, after.residentBytes),
      "",
      "",
      "",
    ],
  ];
}

/** Plain answers and those that become a stream. */
export function answerRows(measures: AnswersMeasures): readonly Row[] {
  const { plain, streamed, streamedOfPlain, bareStreamedOfPlain } = measures;
  const rowOf = (name: string, rates: AnswersMeasures["plain"]): Row => [
    `${name} answers a second`,
    rates.requestsPerSecond.toFixed(0),
    rates.bareRequestsPerSecond.toFixed(0),
    `× ${rates.ofBare.toFixed(2)}`,
    "",
  ];
  return [
    rowOf("plain", plain),
    rowOf("streamed", streamed),
    [
      "streamed by plain answers",
      streamedOfPlain.toFixed(2),
      bareStreamedOfPlain.toFixed(2),
      `× ${(streamedOfPlain / bareStreamedOfPlain).toFixed(2)}`,
      "",
    ],
  ];
}

function judged(isMet: boolean, goal: string): string {
  return `${goal}: ${isMet ? "met" : "missed"}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / KB).toFixed(1)} KB`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}
