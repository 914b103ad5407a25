// Writes the lines of the log without ever making the server wait for whoever reads them. A reader
// that stops reading would otherwise stop the server with its first full pipe; here lines wait in a
// bounded queue, and beyond it they are dropped and counted.

import { Buffer } from "node:buffer";

/** Takes bytes; resolves with how many were taken, rejects when there is no reader any more. */
export type ByteSink = (bytes: Uint8Array) => Promise<number>;

/** Options of LineWriter. */
export interface LineWriterOptions {
  readonly sink: ByteSink;
  /** Lines that may wait; a further one is dropped. */
  readonly linesMax: number;
}

/** A queue of lines on their way out. */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #waiting: string[] = [];
  #dropped = 0;
  #writing: Promise<void> | undefined;

  constructor(options: LineWriterOptions) {
    this.#options = options;
  }

  /** Takes one line with its line break; never waits. */
  write(line: string): void {
    if (this.#waiting.length >= this.#options.linesMax) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(line);
    this.#writing ??= this.#drain().finally(() => void (this.#writing = undefined));
  }

  /** Resolves when everything that was taken is written, or there is no reader. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      let text = this.#waiting.join("");
      this.#waiting = [];
      if (this.#dropped > 0) {
        text += `car-mcp: ${this.#dropped} log lines were dropped, the reader was too slow\n`;
        this.#dropped = 0;
      }
      try {
        await this.#writeAll(Buffer.from(text));
      } catch {
        // The reader is gone and its lines with it; the server goes on for those who still use it.
        this.#waiting = [];
      }
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) {
      const taken = await this.#options.sink(bytes.subarray(at));
      if (taken <= 0) throw new Error("The sink takes nothing");
      at += taken;
    }
  }
}
