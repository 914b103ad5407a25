// The one file that knows which runtime this is: opens the socket with `Deno.serve` or `Bun.serve` and
// hides the difference. Everything above works on Web-standard Request and Response.

import { CarError, messageOf } from "../base/errors.ts";
import { given } from "../base/given.ts";
import { isEventStream } from "../base/http_bodies.ts";
import type { HttpHandler } from "./handler.ts";

/** Where to listen. Port 0 lets the system pick. */
export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  readonly handler: HttpHandler;
  /** What to speak TLS with; without it, plain HTTP is spoken. */
  readonly certificate?: Certificate | undefined;
}

/** A certificate with its intermediates, and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An open socket. */
export interface Listener {
  readonly port: number;
  /** Stops accepting at once; resolves when every connection is done. */
  stop(): Promise<void>;
  /** Ends all connections now; under Deno, those of running calls after `stop()` with their answer. */
  abort(): Promise<void>;
}

/** The little of `Bun.serve` that is used here. */
interface BunServer {
  readonly port: number;
  /** When to end the connection of a request on which nothing is answered; 0: never. */
  timeout(request: Request, seconds: number): void;
  requestIP(request: Request): { readonly address: string } | null;
  stop(closeActiveConnections?: boolean): Promise<void>;
}

interface BunRuntime {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    tls?: Certificate;
    fetch: (request: Request, server: BunServer) => Promise<Response>;
  }): BunServer;
}

/** Opens the socket; throws CarError `address_in_use` or `config_invalid`. */
export function listen(options: ListenOptions): Listener {
  try {
    const bun = (globalThis as { Bun?: BunRuntime }).Bun;
    return bun === undefined ? listenOnDeno(options) : listenOnBun(bun, options);
  } catch (thrown) {
    throw bindFault(options, thrown);
  }
}

function listenOnDeno({ hostname, port, handler, certificate }: ListenOptions): Listener {
  const ending = new AbortController();
  const { signal } = ending;
  const serve = (request: Request, from: Deno.ServeHandlerInfo<Deno.NetAddr>) =>
    handler(request, () => from.remoteAddr.hostname);
  const server = Deno.serve({ hostname, port, signal, onListen() {}, ...certificate }, serve);
  let stopping: Promise<void> | undefined;
  return {
    port: server.addr.port,
    stop: () => stopping ??= server.shutdown(),
    abort: async () => {
      // Once it is shutting down, Deno ends a connection with its last answer and no sooner; an abort
      // would throw where nobody can catch it.
      if (stopping !== undefined) return;
      ending.abort();
      await server.finished;
    },
  };
}

function listenOnBun(
  bun: BunRuntime,
  { hostname, port, handler, certificate }: ListenOptions,
): Listener {
  const server = bun.serve({
    hostname,
    port,
    idleTimeout: IDLE_SECONDS,
    ...given("tls", certificate),
    async fetch(request, server) {
      // A call may take long, and a stream be quiet: what is answered has bounds of its own.
      server.timeout(request, 0);
      const response = await handler(request, () => server.requestIP(request)?.address);
      if (!isEventStream(response)) server.timeout(request, IDLE_SECONDS);
      return response;
    },
  });
  return {
    port: server.port,
    stop: () => server.stop(),
    abort: () => server.stop(true),
  };
}

// Until the next request, head and all, is there, or the rest of a body that was refused. Bun alone can
// be told: under Deno a connection waits for its client for ever. A first head has ten seconds in Bun.
const IDLE_SECONDS = 60;

function bindFault({ hostname, port }: ListenOptions, thrown: unknown): CarError {
  const code = (thrown as { code?: unknown } | null)?.code;
  const where = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  const name = thrown instanceof Error ? thrown.name : "";
  if (name === "AddrInUse" || code === "EADDRINUSE") {
    const message = `Address ${where} is in use; choose another with --bind`;
    return new CarError("address_in_use", message, { cause: thrown });
  }
  const message = `Cannot listen on ${where}: ${messageOf(thrown)}`;
  return new CarError("config_invalid", message, { cause: thrown });
}
