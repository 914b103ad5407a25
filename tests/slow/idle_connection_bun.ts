// What needs real time, under Bun: connections whose clients send nothing, or next to nothing. Under Deno
// nobody can end them.

import assert from "node:assert/strict";
import { rawPost, RawSocket } from "../helpers/raw_socket.ts";
import { PING } from "../helpers/raw_target.ts";
import { startProcess } from "../helpers/process.ts";
import { testWithBun } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const TRICKLE_MS = 2_000;
const WAIT_MS_MAX = 150_000;

/** What a client does with a connection before it only trickles. */
const CLIENTS: Readonly<Record<string, (socket: RawSocket) => Promise<void>>> = {
  "that sends no head": () => Promise.resolve(),
  "that sends half a head": (socket) => Promise.resolve(socket.write("POST /mcp HTTP/1.1\r\nX: ")),
  async "that begins a second head"(socket) {
    socket.write(rawPost(PING));
    assert.equal((await socket.answer())?.status, 200);
    socket.write("POST /mcp HTTP/1.1\r\nX: ");
  },
  async "whose body was refused"(socket) {
    socket.write(rawPost(PING, { host: "stranger.example", "content-length": "1000000" }));
    assert.equal((await socket.answer())?.status, 403);
  },
};

testWithBun("a client that only trickles loses its connection (Bun)", async (runtime) => {
  using home = tempHome();
  const args = ["serve", "--bind", "127.0.0.1:0", "--home", home.path];
  await using server = await startProcess({ runtime, args });
  const port = Number(new URL(server.firstLine).port);
  await Promise.all(
    Object.entries(CLIENTS).map(async ([name, begin]) => {
      using socket = await RawSocket.open(port);
      await begin(socket);
      const timer = setInterval(() => socket.write("a"), TRICKLE_MS);
      try {
        await endOf(socket, name);
      } finally {
        clearInterval(timer);
      }
    }),
  );
  // One that goes on asking keeps its own.
  using socket = await RawSocket.open(port);
  for (let request = 0; request < 3; request++) {
    socket.write(rawPost(PING));
    assert.equal((await socket.answer())?.status, 200);
  }
  assert.equal((await server.stop()).code, 0);
});

async function endOf(socket: RawSocket, name: string): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Still open: ${name}`)), WAIT_MS_MAX);
  try {
    await Promise.race([socket.closed, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
