// One keep-alive connection over a raw socket, with one request in flight. Requests are bytes made
// beforehand; a response that is as long as the last good one is not parsed again.

import type { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { createFramer, type Framer, headerOf, type RawResponse } from "./_framing.ts";

/** Takes the response to the request in flight; absent when it is as long and good as the last. */
export type Taker = (response: RawResponse | undefined) => void;

const CONNECT_MS_MAX = 5_000;
const REPLY_MS_MAX = 20_000;

/** One connection; `close()` may be called twice. */
export class Connection {
  readonly #socket: Socket;
  readonly #framer: Framer = createFramer();
  #taker: Taker | undefined;
  #fail: ((reason: Error) => void) | undefined;
  /** Length of a response that was looked at and found good; 0 while there is none. */
  #knownBytes = 0;
  #isMidResponse = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay();
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", (reason) => this.#fail?.(reason));
    socket.on("close", () => this.#fail?.(new Error("The server closed the connection")));
  }

  /** Connects to a loopback server. */
  static open(url: URL): Promise<Connection> {
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    socket.setTimeout(CONNECT_MS_MAX, () => reject(new Error(`Cannot connect to ${url.href}`)));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.removeListener("error", reject);
      socket.setTimeout(0);
      resolve(new Connection(socket));
    });
    return promise.finally(() => socket.setTimeout(0));
  }

  /** From now on every response goes to `taker`, every fault to `fail`. */
  drive(taker: Taker, fail: (reason: Error) => void): void {
    this.#taker = taker;
    this.#fail = fail;
  }

  /** Sends one request; there must be none in flight. */
  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /**
   * Says that responses like this one need not be parsed again, unless it came in chunks: one of
   * those may be as long as a whole response.
   */
  trust({ head, bytes }: RawResponse): void {
    if (headerOf(head, "content-length") !== undefined) this.#knownBytes = bytes;
  }

  /** Sends one request and waits for its response. */
  async ask(bytes: Uint8Array): Promise<RawResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<RawResponse>();
    this.#knownBytes = 0;
    this.drive((response) => {
      if (response !== undefined) resolve(response);
    }, reject);
    const timer = setTimeout(() => reject(new Error("The server did not answer")), REPLY_MS_MAX);
    this.send(bytes);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connection at once. */
  close(): void {
    this.#fail = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (!this.#isMidResponse && chunk.length === this.#knownBytes && isOk(chunk)) {
      this.#taker?.(undefined);
      return;
    }
    const response = this.#framer.push(chunk);
    this.#isMidResponse = response === undefined;
    if (response !== undefined) this.#taker?.(response);
  }
}

// "HTTP/1.1 200": the digits of the status stand at 9 to 11.
function isOk(chunk: Buffer): boolean {
  return chunk[9] === 0x32 && chunk[10] === 0x30 && chunk[11] === 0x30;
}
