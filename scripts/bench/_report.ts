// The tables that are printed.

import { median, medianRatio, type Sample, type Samples } from "./_rounds.ts";

const COLUMNS = [
  ...["server", "requests/s", "p50 µs", "p99 µs", "CPU µs/request", "CPU", "memory MiB"],
  ...["of floor", "of SDK", "generator CPU"],
] as const;

/** The table of one runtime at one number of connections; `floors` names the floor of each server. */
export function tableOf(samples: Samples, floors: ReadonlyMap<string, string>): string {
  const rows = [...samples].map(([name, measured]) => [
    name,
    middle(measured, (sample) => sample.requestsPerSecond),
    middle(measured, (sample) => sample.p50Us),
    middle(measured, (sample) => sample.p99Us),
    middle(measured, (sample) => sample.cpuUs, 1),
    share(measured, (sample) => sample.cpuShare),
    middle(measured, (sample) => mebibytes(sample.residentBytes)),
    ratio(samples, name, floors.get(name) ?? "floor"),
    ratio(samples, name, "SDK"),
    share(measured, (sample) => sample.generatorShare),
  ]);
  return alignColumns([[...COLUMNS], ...rows]);
}

/** Lines whose cells stand under each other: the first to the left, numbers to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, at) => at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))
      .join("  ")
  ).join("\n");
}

type Pick = (sample: Sample) => number | undefined;

function middle(samples: readonly Sample[], pick: Pick, digits = 0): string {
  const values = samples.flatMap((sample) => pick(sample) ?? []);
  return values.length === 0 ? "-" : median(values).toFixed(digits);
}

function share(samples: readonly Sample[], pick: Pick): string {
  const values = samples.flatMap((sample) => pick(sample) ?? []);
  return values.length === 0 ? "-" : `${(median(values) * 100).toFixed(0)}%`;
}

function ratio(samples: Samples, name: string, over: string): string {
  const value = medianRatio(samples, name, over);
  return Number.isNaN(value) ? "-" : value.toFixed(2);
}

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1_048_576;
}
