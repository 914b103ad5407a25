// Reads the events of a Server-Sent-Events response, one at a time.

/** One event as it came. */
export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly retryMs: number | undefined;
  /** The text of the event; undefined where it had no data line. */
  readonly data: string | undefined;
}

/** A reader of one event stream. */
export class SseReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  /** The comments seen so far. */
  readonly comments: string[] = [];
  /** The id of the last event that had one. */
  lastId: string | undefined;
  /** The time to wait that was told last. */
  retryMs: number | undefined;
  #rest = "";

  constructor(response: Response) {
    if (response.body === null) throw new Error(`No body under status ${response.status}`);
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event, also one without a message; undefined at the end of the stream. */
  async nextEvent(): Promise<ReceivedEvent | undefined> {
    while (true) {
      const end = this.#rest.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.#reader.read();
        if (done) return undefined;
        this.#rest += value;
        continue;
      }
      const block = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 2);
      const event = this.#readBlock(block);
      if (event !== undefined) return event;
    }
  }

  /** The next message; undefined at the end of the stream. */
  // deno-lint-ignore no-explicit-any
  async next(): Promise<any> {
    for (let event = await this.nextEvent(); event; event = await this.nextEvent()) {
      if (event.data !== undefined && event.data !== "") return JSON.parse(event.data);
    }
    return undefined;
  }

  /** All messages up to the end of the stream. */
  async rest(): Promise<unknown[]> {
    const messages = [];
    for (let message = await this.next(); message !== undefined; message = await this.next()) {
      messages.push(message);
    }
    return messages;
  }

  /** Leaves the stream, as a client that disconnects. */
  async close(): Promise<void> {
    await this.#reader.cancel();
  }

  #readBlock(block: string): ReceivedEvent | undefined {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      if (line.startsWith(":")) this.comments.push(line.slice(1).trim());
      else fields.set(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2));
    }
    if (fields.size === 0) return undefined;
    const retry = fields.get("retry");
    const event = {
      id: fields.get("id"),
      retryMs: retry === undefined ? undefined : Number(retry),
      data: fields.get("data"),
    };
    this.lastId = event.id ?? this.lastId;
    this.retryMs = event.retryMs ?? this.retryMs;
    return event;
  }
}
