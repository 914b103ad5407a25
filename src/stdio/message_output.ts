// What goes to the client: one message a line, in one write each, in the order in which they came. Who
// writes waits until the client has room, so that nothing piles up for a client that does not read.

import type { Writable } from "node:stream";

/** Writes messages as lines. */
export class MessageOutput {
  readonly #stream: Writable;
  #last: Promise<void> = Promise.resolve();

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Writes the JSON text of a message; resolves when the next one may come, never rejects. */
  write(text: string): Promise<void> {
    const line = text.includes("\n") || text.includes("\r") ? inOneLine(text) : text;
    const written = this.#last.then(() => this.#write(`${line}\n`));
    this.#last = written;
    return written;
  }

  /** Writes a message. */
  writeMessage(message: unknown): Promise<void> {
    return this.write(JSON.stringify(message));
  }

  /** Resolves when all that was written is on its way. */
  flush(): Promise<void> {
    return this.#last;
  }

  #write(line: string): Promise<void> {
    const stream = this.#stream;
    if (stream.destroyed || !stream.writable || stream.write(line)) return Promise.resolve();
    return new Promise((resolve) => {
      const go = () => {
        for (const event of EVENTS) stream.off(event, go);
        resolve();
      };
      for (const event of EVENTS) stream.on(event, go);
    });
  }
}

// A client that is gone needs no room.
const EVENTS = ["drain", "close", "error"] as const;

/** A message over several lines, as some servers write it, in one. */
function inOneLine(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    // It is no JSON, so nobody could read it in any form; but it must not break the lines of others.
    return text.replaceAll(/[\r\n]+/g, " ");
  }
}
