// A key set on a real socket of the loopback address, answered as a test wishes: well, badly, slowly, or
// with a way to somewhere else.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** Answers a request for the keys. */
export type KeyAnswer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of keys. */
export interface KeyServer extends AsyncDisposable {
  /** Where it listens, without a path. */
  readonly origin: string;
  /** The address of the keys. */
  readonly url: string;
  /** The paths it was asked for, in that order. */
  readonly asked: readonly string[];
  /** How it answers from now on. */
  answer(how: KeyAnswer): void;
}

/** Starts one; `await using` ends it with whoever is still connected. */
export async function keyServer(how: KeyAnswer): Promise<KeyServer> {
  const asked: string[] = [];
  let answer = how;
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address of this form.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/keys`,
    asked,
    answer: (next) => void (answer = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers with JSON. */
export function jsonAnswer(document: unknown, status = 200): KeyAnswer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(document));
  };
}
