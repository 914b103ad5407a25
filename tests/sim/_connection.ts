// One open event stream of a simulated client, read chunk by chunk and held against the model. A chunk
// is read only when the model says that one is there, so that a slow reader is slow to the byte.

import assert from "node:assert/strict";
import type { Ledger, Receipt } from "./_ledger.ts";
import type { ModelConnection } from "./_model_connection.ts";
import { TAG } from "./_model_events.ts";
import { tick } from "./_tick.ts";

/** An event id that a client received. */
export interface SeenId {
  readonly text: string;
  /** The number of the stream that it names. */
  readonly stream: number;
  readonly index: number;
  /** The last message that came with or before it on its connection, if there was one. */
  readonly serial: number | undefined;
}

/** What the connections of one session share. */
export interface SeenIds {
  /** What the names of the session's streams end in; known from the first id. */
  tag: string | undefined;
  /** Every id that was received, also several times. */
  readonly ids: SeenId[];
  /** The pings that were received, also several times. */
  readonly pings: number[];
}

/** Options of SimConnection. */
export interface SimConnectionOptions {
  readonly response: Response;
  readonly model: ModelConnection;
  readonly seen: SeenIds;
  readonly ledger: Ledger;
  readonly receipt: Receipt;
  /** Whether it reads whatever comes at once. */
  readonly isFast: boolean;
}

const ID = /^id: ((\d+)\/(\d+)\.([0-9a-z]{6}))\n/;
const REPORTS = ["notifications/progress", "notifications/message"];
const DECODER = new TextDecoder();

/** A connection of a client. */
export class SimConnection {
  readonly model: ModelConnection;
  readonly isFast: boolean;
  readonly #options: SimConnectionOptions;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  isDone = false;

  constructor(options: SimConnectionOptions) {
    this.#options = options;
    this.model = options.model;
    this.isFast = options.isFast;
    assert.ok(options.response.body);
    this.#reader = options.response.body.getReader();
  }

  /** Reads so many chunks, or as many as there must be; at the end of the stream, also that. */
  async read(most = Infinity): Promise<void> {
    const { unread } = this.model;
    for (let count = 0; count < most && unread.length > 0; count++) {
      const chunk = await this.#next();
      assert.notEqual(chunk, undefined, `nothing came where this was due: ${unread[0]}`);
      assert.notEqual(chunk, "end", `the stream ended before this came: ${unread[0]}`);
      assert.equal(this.#tagless(chunk ?? ""), unread.shift());
    }
    if (this.isDone || this.model.isOpen || unread.length > 0) return;
    this.isDone = true;
    assert.equal(await this.#next(), "end", "the stream goes on beyond its end");
  }

  /** Leaves, as a client whose connection is cut; what it has not read is lost with it. */
  async drop(): Promise<void> {
    if (this.isDone) return;
    this.isDone = true;
    if (this.model.isOpen && this.model.unread.length === 0) {
      assert.equal(await this.#next(), undefined, "something came that nobody said");
    }
    const left = this.#reader.cancel();
    this.model.close();
    await left;
  }

  /** The next chunk; "end" at the end of the stream, undefined if nothing is there. */
  async #next(): Promise<string | undefined> {
    let result: ReadableStreamReadResult<Uint8Array> | undefined;
    const reading = this.#reader.read().then((read) => void (result = read));
    for (let turn = 0; turn < 4 && result === undefined; turn++) await undefined;
    if (result === undefined) await Promise.race([reading, tick()]);
    if (result === undefined) return undefined;
    return result.done ? "end" : DECODER.decode(result.value);
  }

  /** Notes what a chunk brought; gives it without the tag, which is random. */
  #tagless(chunk: string): string {
    const { seen, receipt, ledger } = this.#options;
    const match = ID.exec(chunk);
    if (match === null) return chunk;
    const [line, text = "", index, stream, tag = ""] = match;
    seen.tag ??= tag;
    assert.equal(tag, seen.tag, "an id of another session came");
    receipt.stream ??= `${stream}.${tag}`;
    assert.equal(`${stream}.${tag}`, receipt.stream, "an id of another stream came");
    const message = messageIn(chunk);
    if (message?.method === "ping") seen.pings.push(message.id);
    const serial = serialOf(message);
    if (serial !== undefined) {
      if (stream !== "0" && REPORTS.includes(message.method)) ledger.isReport(serial);
      ledger.received(receipt, serial);
    }
    const last = receipt.serials.at(-1) ?? receipt.after;
    seen.ids.push({ text, stream: Number(stream), index: Number(index), serial: last });
    return `id: ${index}/${stream}.${TAG}\n${chunk.slice(line.length)}`;
  }
}

// deno-lint-ignore no-explicit-any
function messageIn(chunk: string): any {
  const [, json] = /\ndata: (.+)\n/.exec(chunk) ?? [];
  return json === undefined ? undefined : JSON.parse(json);
}

/** The serial number of a message, wherever its kind has it. */
// deno-lint-ignore no-explicit-any
function serialOf(message: any): number | undefined {
  const { params, result } = message ?? {};
  return params?.serial ?? params?.data?.serial ?? (params?.progress || undefined) ??
    result?.structuredContent?.said?.serial;
}
