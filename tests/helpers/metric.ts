// What a server's metrics show, for tests that look at it from outside.

import assert from "node:assert/strict";

// By the clock and not by a count: how many polls that is depends on the machine.
const WAIT_MS = 30_000;

/** What a metric shows, named with its labels; undefined if it shows nothing yet. */
export async function metricOf(
  endpoint: string,
  name: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const text = await (await fetch(new URL("/metrics", endpoint), { headers })).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}

/** Waits until a metric shows that value. */
export async function metricIs(
  endpoint: string,
  name: string,
  value: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  // A request to another process takes its time, so this does not spin.
  const lastMs = performance.now() + WAIT_MS;
  while (performance.now() < lastMs) {
    if (await metricOf(endpoint, name, headers) === value) return;
  }
  assert.equal(await metricOf(endpoint, name, headers), value, name);
}
