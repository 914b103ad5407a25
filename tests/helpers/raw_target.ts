// A server that tests send bytes to: one in this process for Deno, one as a process for Bun, because it is
// the HTTP server and the JSON parser of the runtime that meet such bytes first.

import assert from "node:assert/strict";
import { listeningApp } from "./listening_app.ts";
import { startServer } from "./process.ts";
import { type RawAnswer, rawPost, RawSocket } from "./raw_socket.ts";
import { testWithBun } from "./runtimes.ts";
import { tempHome } from "./temp_home.ts";
import { clientOf, rpc } from "./test_app.ts";

/** A request that is always served. */
export const PING = JSON.stringify(rpc("ping"));

/** Where the bytes go. */
export interface Target extends Pick<ReturnType<typeof clientOf>, "send" | "open"> {
  readonly port: number;
}

/** Registers a test against a server in this process, and one under Bun. */
export function testTarget(
  name: string,
  body: (server: Target) => Promise<void>,
  environment: Record<string, string> = {},
): void {
  Deno.test(`${name} (Deno)`, async () => {
    await using server = await listeningApp(environment);
    await body(server);
  });
  testWithBun(`${name} (Bun)`, async (bun) => {
    using home = tempHome();
    await using server = await startServer(bun, home.path, [], environment);
    const url = server.firstLine;
    const client = clientOf((request) => fetch(request), url);
    await body({ ...client, port: Number(new URL(url).port) });
    assert.equal((await server.stop()).code, 0);
  });
}

/** Checks that the server serves, on a connection of its own. */
export async function assertServes(server: Target): Promise<void> {
  using socket = await RawSocket.open(server.port);
  socket.write(rawPost(PING));
  const answer = await socket.answer();
  assert.deepEqual(JSON.parse(answer?.body ?? ""), { jsonrpc: "2.0", id: 1, result: {} });
}

/** Sends bytes on a connection of its own; gives the answer, or undefined when it was closed. */
export async function answerTo(
  server: Target,
  ...pieces: readonly (string | Uint8Array)[]
): Promise<RawAnswer | undefined> {
  using socket = await RawSocket.open(server.port);
  for (const piece of pieces) socket.write(piece);
  return await socket.answer();
}
