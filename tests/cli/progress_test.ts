import assert from "node:assert/strict";
import { Progress } from "../../src/cli/_progress.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

function progressOf(
  { isTerminal, total, columns = 80 }: {
    readonly isTerminal: boolean;
    readonly total: number;
    readonly columns?: number;
  },
) {
  const clock = new FakeClock();
  const written: string[] = [];
  const screen = { isTerminal, hasColours: false, columns };
  const write = (text: string) => void written.push(text);
  const progress = new Progress({ screen, total, write, clock, word: "facts" });
  return { clock, written, progress };
}

Deno.test("show() draws how far it is, a few times a second", () => {
  const { clock, written, progress } = progressOf({ isTerminal: true, total: 200 });
  for (let done = 0; done <= 100; done++) {
    progress.show(done);
    clock.advance(2);
  }
  assert.deepEqual(written, [
    `\r\x1b[K[${".".repeat(30)}] 0 % of 200 facts`,
    `\r\x1b[K[${"#".repeat(8)}${".".repeat(22)}] 25 % of 200 facts`,
    `\r\x1b[K[${"#".repeat(15)}${".".repeat(15)}] 50 % of 200 facts`,
  ]);
});

Deno.test("show() counts where nobody knows the whole, and never passes it", () => {
  const counting = progressOf({ isTerminal: true, total: 0 });
  counting.progress.show(7);
  assert.deepEqual(counting.written, ["\r\x1b[K7 facts"]);
  const over = progressOf({ isTerminal: true, total: 10 });
  over.progress.show(12);
  assert.deepEqual(over.written, [`\r\x1b[K[${"#".repeat(30)}] 100 % of 10 facts`]);
});

Deno.test("clear() takes away what was shown, and only that", () => {
  const { written, progress } = progressOf({ isTerminal: true, total: 1 });
  progress.clear();
  assert.deepEqual(written, []);
  progress.show(1);
  progress.clear();
  progress.clear();
  assert.deepEqual(written.slice(1), ["\r\x1b[K"]);
});

Deno.test("show() leaves the last column free, so that the line does not break", () => {
  const { written, progress } = progressOf({ isTerminal: true, total: 10, columns: 12 });
  progress.show(10);
  assert.deepEqual(written, [`\r\x1b[K[${"#".repeat(9)}…`]);
});

Deno.test("show() writes nothing where there is no terminal", () => {
  const { written, progress } = progressOf({ isTerminal: false, total: 1 });
  progress.show(1);
  progress.clear();
  assert.deepEqual(written, []);
});
