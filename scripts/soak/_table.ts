// What a soak found, as a table for people.

import type { Trend } from "../measure/trend.ts";
import type { SoakReport } from "./_soak.ts";
import { DEEDS } from "./_world.ts";

const MIB = 1024 * 1024;

/** The table, and the problems below it. */
export function soakTable({ world, growth, before, after, readings }: SoakReport): string {
  const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
  const count = (value: number) => value.toFixed(0);
  const line = (name: string, values: readonly string[]) =>
    `| ${name.padEnd(16)} | ${values.map((value) => value.padStart(12)).join(" | ")} |`;
  const trend = (name: string, found: Trend | undefined, show: (value: number) => string) =>
    line(
      name,
      found === undefined ? ["", "", "", ""] : [
        show(found.first),
        show(found.first + found.rise),
        `${show(found.slope * 60)}/min`,
        "",
      ],
    );
  const peak = (value: (reading: SoakReport["after"]) => number) =>
    Math.max(0, ...readings.map(value));
  return [
    line("did", ["times", "", "", ""]),
    ...DEEDS.map((deed) => line(deed, [`${world.times(deed)}`, "", "", ""])),
    "",
    line("after warm-up", ["from", "to", "slope", ""]),
    trend("RAM", growth.resident, mib),
    trend("heap", growth.heap, mib),
    trend("descriptors", growth.descriptors, count),
    "",
    line("of the server", ["before", "peak", "after", ""]),
    line(
      "RAM",
      [before, { residentBytes: peak((r) => r.residentBytes) }, after]
        .map(({ residentBytes }) => mib(residentBytes)).concat(""),
    ),
    ...(["descriptors", "sessions", "streams", "tasks", "faults"] as const).map((name) =>
      line(name, [`${before[name]}`, `${peak((r) => r[name])}`, `${after[name]}`, ""])
    ),
    "",
    ...(world.problems.length === 0
      ? [`nothing wrong: ${acknowledged(world.ledger)}`]
      : world.problems.map((what) => `PROBLEM ${what}`)),
  ].join("\n");
}

function acknowledged({ facts }: SoakReport["world"]["ledger"]): string {
  const withState = (...states: readonly string[]) =>
    facts.filter(({ state }) => states.includes(state)).length;
  return `${withState("live", "superseded")} facts are there, ${
    withState("erased")
  } erased ones are not`;
}
