// A bare TCP connection, for what no HTTP client sends: halves, garbage, and bytes in an order of the
// test's choosing. Reads are bounded waits on what arrives.

import { connect, type Socket } from "node:net";
import { within } from "./process.ts";

/** An HTTP answer as it came. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A connection to a server on the loopback address. */
export class RawSocket implements Disposable {
  readonly #socket: Socket;
  /** Done when the connection is, whoever ended it. */
  readonly closed: Promise<void>;
  #received = "";
  #isClosed = false;
  #wake = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#wake();
    });
    // A reset by the server ends the connection like a proper close does.
    socket.on("error", () => {});
    this.closed = new Promise((resolve) =>
      socket.once("close", () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      })
    );
  }

  /** Opens a connection. */
  static open(port: number): Promise<RawSocket> {
    const socket = connect(port, "127.0.0.1");
    const opened = Promise.withResolvers<RawSocket>();
    socket.once("error", opened.reject);
    socket.once("connect", () => opened.resolve(new RawSocket(socket)));
    return within(opened.promise, "connection");
  }

  /** Hands bytes to the system; does not wait for the server to take them. */
  write(bytes: string | Uint8Array): void {
    if (!this.#isClosed) this.#socket.write(bytes);
  }

  /** Says that nothing more will come; answers can still be read. */
  finish(): void {
    this.#socket.end();
  }

  /** The next answer on this connection; undefined when it is closed instead. */
  answer(isHead = false): Promise<RawAnswer | undefined> {
    return within(this.#nextAnswer(isHead), "answer");
  }

  /** Waits until the server closes the connection; gives what came and was not read as an answer. */
  async end(): Promise<string> {
    await within(this.closed, "close");
    return this.#received;
  }

  /** Hangs up. */
  hangUp(): Promise<void> {
    this.#socket.destroy();
    return within(this.closed, "close");
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #nextAnswer(isHead: boolean): Promise<RawAnswer | undefined> {
    while (true) {
      const read = takeAnswer(this.#received, isHead);
      if (read !== undefined) {
        this.#received = read.rest;
        return read.answer;
      }
      if (this.#isClosed) return undefined;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/** A POST of JSON to the endpoint as bytes; headers go over the usual ones. */
export function rawPost(body: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    host: "127.0.0.1",
    "content-type": "application/json",
    "content-length": String(body.length),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

function takeAnswer(
  text: string,
  isHead: boolean,
): { readonly answer: RawAnswer; readonly rest: string } | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  const status = Number(statusLine.split(" ")[1]);
  const length = isHead ? 0 : Number(headers.get("content-length") ?? 0);
  const rest = text.slice(end + "\r\n\r\n".length);
  if (rest.length < length) return undefined;
  return { answer: { status, headers, body: rest.slice(0, length) }, rest: rest.slice(length) };
}
