import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { EventReader } from "../../../scripts/bench/_event_reader.ts";

const HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n: open\n\n";
const EVENT = "id: 1/0.a\nevent: message\ndata: {}\n\n";

Deno.test("EventReader counts events once, also where a piece ends within one", async () => {
  await using wire = await openWire();
  let count = 0;
  const oneCame = Promise.withResolvers<void>();
  const threeCame = Promise.withResolvers<void>();
  const opening = EventReader.open(wire.url, "session", () => {
    if (++count === 1) oneCame.resolve();
    if (count === 3) threeCame.resolve();
  });
  const socket = await wire.accepted();
  await say(socket, HEAD);
  const reader = await opening;
  await say(socket, `id: 0/0.a\ndata: \n\n${EVENT}${EVENT.slice(0, 15)}`);
  await oneCame.promise; // So the next piece is read apart from this one.
  await say(socket, EVENT.slice(15) + EVENT);
  await threeCame.promise;
  reader.close();
  assert.equal(count, 3);
});

Deno.test("EventReader.open() rejects when the server answers with no stream", async () => {
  await using wire = await openWire();
  const opening = EventReader.open(wire.url, "session", () => {});
  const socket = await wire.accepted();
  await Promise.all([
    assert.rejects(opening, /A stream was refused: HTTP\/1\.1 404/),
    say(socket, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"),
  ]);
});

interface Wire extends AsyncDisposable {
  readonly url: URL;
  /** The next connection, after its first request. */
  accepted(): Promise<Socket>;
}

async function openWire(): Promise<Wire> {
  const server = createServer();
  const accepted = once(server, "connection").then(async ([socket]: Socket[]) => {
    assert.ok(socket);
    socket.setNoDelay();
    const [request] = await once(socket, "data");
    assert.match(String(request), /^GET \/mcp HTTP\/1\.1\r\n/);
    return socket;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    accepted: () => accepted,
    async [Symbol.asyncDispose]() {
      (await accepted).destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function say(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.write(text, (fault) => fault ? reject(fault) : resolve())
  );
}
