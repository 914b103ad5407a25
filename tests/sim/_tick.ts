// Lets the server finish what it does in promises. Nothing in a run takes real time, so what is not
// there after some turns will never come.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

/** Resolves once everything that is due now has run. */
export async function tick(): Promise<void> {
  await setImmediate();
}

const TURNS_MAX = 50;

/** Waits until something is so that takes the server a few turns; fails when it does not come. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    if (isSo()) return;
    await tick();
  }
  assert.fail(`waited in vain for ${what}`);
}

/** A response that must come without anything else happening. */
export async function prompt(responding: Promise<Response>): Promise<Response> {
  let isThere = false;
  void responding.finally(() => void (isThere = true));
  await until(() => isThere, "a response");
  return await responding;
}
