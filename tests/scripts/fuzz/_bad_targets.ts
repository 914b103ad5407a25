// Targets that break their promises, each in its own way, to see whether that is noticed.

import process from "node:process";
import { bytesOf, type FuzzTarget, TAKEN, textOf } from "../../fuzz/fuzz_target.ts";

const FAULTY_AT = 20;

/** What goes wrong with an input that holds a capital letter; the twentieth input or so has one. */
function badTarget(name: string, goWrong: () => void): FuzzTarget {
  return {
    name,
    promise: "is broken",
    suiteInputs: 1,
    outcomes: [],
    generate: (random) =>
      bytesOf(random(FAULTY_AT) === 0 ? "some words before the Fault and after" : "harmless"),
    open: () => ({
      check(input) {
        if (/[A-Z]/.test(textOf(input))) goWrong();
        return TAKEN;
      },
    }),
  };
}

/** What `child.ts` finds here. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  badTarget("throwing", () => {
    throw new Error("It went wrong");
  }),
  badTarget("hanging", () => {
    for (;;);
  }),
  badTarget("ending", () => process.exit(9)),
  badTarget("harmless", () => {}),
];
