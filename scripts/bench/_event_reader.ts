// One GET over a raw socket that counts the events it is sent. It looks at the bytes for the line that
// every event with a message has, so that ten thousand readers cost little beside the server.

import type { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { streamRequest } from "./_requests.ts";

const OPEN_MS_MAX = 30_000;
const MARK = "\nevent: message\n";
const GOOD_STATUS = "HTTP/1.1 200";

/** One open stream; `close()` may be called twice. */
export class EventReader {
  readonly #socket: Socket;
  readonly #onEvent: () => void;
  /** The end of what came, where a mark may have begun. */
  #tail = "";

  private constructor(socket: Socket, onEvent: () => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", () => {}); // Events that do not arrive are missed by whoever counts them.
  }

  /** Opens a stream; ready once the server has answered. `onEvent` runs for each event. */
  static open(url: URL, sessionId: string, onEvent: () => void): Promise<EventReader> {
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    const { promise, resolve, reject } = Promise.withResolvers<EventReader>();
    const late = () => reject(new Error("The server opened no stream in time"));
    const timer = setTimeout(late, OPEN_MS_MAX);
    socket.once("error", reject);
    socket.once("connect", () => socket.write(streamRequest(url, sessionId)));
    socket.once("data", (chunk) => {
      const status = chunk.toString("latin1", 0, GOOD_STATUS.length);
      if (status === GOOD_STATUS) resolve(new EventReader(socket, onEvent));
      else reject(new Error(`A stream was refused: ${chunk.toString("latin1", 0, 300)}`));
    });
    promise.catch(() => socket.destroy());
    return promise.finally(() => clearTimeout(timer));
  }

  /** Reads nothing more, and stays connected. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Ends the connection at once. */
  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const text = this.#tail + chunk.toString("latin1");
    for (let at = text.indexOf(MARK); at !== -1; at = text.indexOf(MARK, at + MARK.length)) {
      this.#onEvent();
    }
    this.#tail = text.slice(-(MARK.length - 1));
  }
}
