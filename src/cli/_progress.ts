// A bar that shows how far something is, for a person at a terminal; elsewhere nothing is written.

import type { Clock } from "../base/clock.ts";
import type { Screen } from "./_table.ts";
import { cutText } from "./_wrapped_text.ts";

/** Options of a Progress. */
export interface ProgressOptions {
  /** Where it is shown; nobody sees it where that is no terminal. */
  readonly screen: Screen;
  readonly write: (text: string) => void;
  readonly clock: Clock;
  /** What counts as all; 0: nobody knows. */
  readonly total: number;
  /** What is counted, in one word. */
  readonly word: string;
}

const BAR_CHARS = 30;
const EVERY_MS = 100;
// Back to the start of the line, which is cleared.
const LINE_START = "\r\x1b[K";

/** One bar on one line. */
export class Progress {
  readonly #options: ProgressOptions;
  #shownMs = -Infinity;
  #isShown = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** Shows that so much is done; most calls write nothing. */
  show(done: number): void {
    const { screen, clock, write } = this.#options;
    if (!screen.isTerminal) return;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#shownMs < EVERY_MS) return;
    this.#shownMs = nowMs;
    this.#isShown = true;
    // At the last column a terminal may begin the next line, which nobody would clear.
    write(`${LINE_START}${cutText(this.#textOf(done), screen.columns - 1)}`);
  }

  /** Takes the bar away again. */
  clear(): void {
    if (this.#isShown) this.#options.write(LINE_START);
    this.#isShown = false;
  }

  #textOf(done: number): string {
    const { total, word } = this.#options;
    if (total <= 0) return `${done} ${word}`;
    const share = Math.min(1, done / total);
    const bar = "#".repeat(Math.round(share * BAR_CHARS)).padEnd(BAR_CHARS, ".");
    return `[${bar}] ${Math.floor(share * 100)} % of ${total} ${word}`;
  }
}
