// A TCP proxy on the loopback address that loses connections the way bad networks do: all at once on
// command, or each event stream after a number of bytes. It reads just enough of HTTP to know what
// runs on a connection.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Inbox } from "./inbox.ts";
import { within } from "./process.ts";

/** What a connection was last used for. */
export type Use = "GET" | "POST" | "DELETE";

/** A proxy before a server. */
export interface CuttingProxy extends AsyncDisposable {
  /** The name under which clients reach the server, which has to be allowed there. */
  readonly host: string;
  /** The server's endpoint, by way of the proxy. */
  readonly url: string;
  /** The event streams whose client got an id to resume after, in that order. */
  readonly streams: Inbox<Use>;
  /** Connections that were cut. */
  readonly cuts: number;
  /** Says on which port the server listens; before that no connection is taken. */
  leadTo(port: number): void;
  /** Takes no connection while it is down; those that live are cut. */
  down(): void;
  up(): void;
  /** Cuts the connections on which an event stream of that kind runs; gives how many. */
  cut(use: Use): number;
}

/** Options of startProxy(). */
export interface CuttingProxyOptions {
  /**
   * How many bytes of events a stream gets before it is cut, counted from the end of its first event
   * with an id: the official clients lose their place when even a resumed stream is cut before that.
   * Undefined: as many as there are.
   */
  readonly bytesBeforeCut?: () => number | undefined;
}

// A client that lost its mind must not open connections for ever.
const CONNECTIONS_MAX = 1_000;

/** Starts a proxy on a port that the system picks. */
export async function startProxy(options: CuttingProxyOptions = {}): Promise<CuttingProxy> {
  const links = new Set<Link>();
  const streams = new Inbox<Use>();
  let target: number | undefined;
  let isDown = false;
  let cuts = 0;
  let taken = 0;
  const server = createServer((client) => {
    if (target === undefined || isDown || ++taken > CONNECTIONS_MAX) {
      client.destroy();
      return;
    }
    const link = new Link(client, connect(target, "127.0.0.1"), {
      ...options,
      onCut: () => void cuts++,
      onStream: (use) => streams.add(use),
    });
    links.add(link);
    client.once("close", () => links.delete(link));
  });
  server.listen(0, "127.0.0.1");
  await within(once(server, "listening"), "proxy");
  const { port } = server.address() as AddressInfo;
  const cutAll = (isMeant: (link: Link) => boolean) => {
    const meant = [...links].filter(isMeant);
    for (const link of meant) link.cut();
    return meant.length;
  };
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/mcp`,
    streams,
    get cuts() {
      return cuts;
    },
    leadTo: (serverPort) => void (target = serverPort),
    down() {
      isDown = true;
      cutAll(() => true);
    },
    up: () => void (isDown = false),
    cut: (use) => cutAll((link) => link.streams(use)),
    async [Symbol.asyncDispose]() {
      cutAll(() => true);
      server.close();
      await within(once(server, "close"), "end of the proxy");
    },
  };
}

const REQUEST_LINE = /^(GET|POST|DELETE) \S+ HTTP\/1\.1\r\n/;
const STREAM_HEAD = /^HTTP\/1\.1 200 [^]*?content-type: text\/event-stream[^]*?\r\n\r\n/i;
// All up to the end of the first event that has an id.
const EVENT_WITH_ID = /^[^]*?\nid: [^\n]*\n([^\n]+\n)*\n/;

interface LinkOptions extends CuttingProxyOptions {
  readonly onCut: () => void;
  readonly onStream: (use: Use) => void;
}

/** One connection of a client and the one to the server behind it. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #options: LinkOptions;
  #use: Use | undefined;
  /** What came of the answer up to where the client can resume; undefined from there on. */
  #beginning: string | undefined;
  #isStream = false;
  #bytesLeft: number | undefined;

  constructor(client: Socket, server: Socket, options: LinkOptions) {
    this.#client = client;
    this.#server = server;
    this.#options = options;
    client.on("data", (bytes: Uint8Array) => this.#request(bytes));
    this.#server.on("data", (bytes: Uint8Array) => this.#answer(bytes));
    // Either end takes the other with it; an error is followed by a close.
    for (const [socket, other] of [[client, this.#server], [this.#server, client]] as const) {
      socket.on("error", () => {});
      socket.once("end", () => other.end());
      socket.once("close", () => other.destroy());
    }
  }

  /** Whether an event stream of that kind runs on it. */
  streams(use: Use): boolean {
    return this.#isStream && this.#use === use;
  }

  cut(): void {
    if (this.#client.destroyed) return;
    this.#options.onCut();
    this.#client.destroy();
    this.#server.destroy();
  }

  #request(bytes: Uint8Array): void {
    const text = textOf(bytes);
    const use = REQUEST_LINE.exec(text)?.[1] as Use | undefined;
    if (use !== undefined) {
      this.#use = use;
      this.#isStream = false;
      this.#beginning = "";
      this.#bytesLeft = undefined;
    }
    this.#server.write(bytes);
  }

  #answer(bytes: Uint8Array): void {
    const before = this.#beginning;
    const free = before === undefined ? 0 : this.#readBeginning(before, bytes);
    const hasBegun = before !== undefined && this.#beginning === undefined;
    const left = this.#bytesLeft;
    if (left === undefined || bytes.length - free < left) {
      if (left !== undefined) this.#bytesLeft = left - (bytes.length - free);
      this.#client.write(bytes, () => {
        if (hasBegun && this.#use !== undefined) this.#options.onStream(this.#use);
      });
      return;
    }
    this.#server.pause();
    this.#client.write(bytes.subarray(0, free + left), () => this.cut());
  }

  /** How many of the bytes come before the place from which on the client can resume. */
  #readBeginning(before: string, bytes: Uint8Array): number {
    const text = before + textOf(bytes);
    this.#beginning = text;
    const head = STREAM_HEAD.exec(text)?.[0];
    if (head === undefined) return bytes.length;
    this.#isStream = true;
    const event = EVENT_WITH_ID.exec(text.slice(head.length))?.[0];
    if (event === undefined) return bytes.length;
    this.#beginning = undefined;
    this.#bytesLeft = this.#options.bytesBeforeCut?.();
    return Math.max(0, head.length + event.length - before.length);
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
