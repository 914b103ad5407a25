// Reads the events of a Server-Sent-Events response, one message at a time.

/** A reader of one event stream. */
export class SseReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  /** The comments seen so far. */
  readonly comments: string[] = [];
  #rest = "";

  constructor(response: Response) {
    if (response.body === null) throw new Error(`No body under status ${response.status}`);
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The data of the next event, as JSON; undefined at the end of the stream. */
  async next(): Promise<unknown> {
    while (true) {
      const end = this.#rest.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.#reader.read();
        if (done) return undefined;
        this.#rest += value;
        continue;
      }
      const lines = this.#rest.slice(0, end).split("\n");
      this.#rest = this.#rest.slice(end + 2);
      for (const line of lines) {
        if (line.startsWith(":")) this.comments.push(line.slice(1).trim());
        if (line.startsWith("data: ")) return JSON.parse(line.slice("data: ".length));
      }
    }
  }

  /** Leaves the stream, as a client that disconnects. */
  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}
