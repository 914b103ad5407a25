import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Connection } from "../../../scripts/bench/_connection.ts";

const HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const SHORT = `${HEAD}1\r\na\r\n0\r\n\r\n`;
const LONG = `${HEAD}6\r\nabcdef\r\n0\r\n\r\n`;
const QUESTION = Buffer.from("?");

Deno.test("Connection waits for the end of a response in chunks, also of a trusted kind", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const [connection, socket] = await connectTo(server);
  const [other, otherSocket] = await connectTo(server);
  otherSocket.on("data", () => otherSocket.write(SHORT));
  socket.once("data", () => socket.write(SHORT));
  connection.trust(await connection.ask(QUESTION));
  const answer = Promise.withResolvers<string | undefined>();
  connection.drive((response) => answer.resolve(response?.body.toString()), answer.reject);
  // As long as the whole of the short one, and only the beginning of this one.
  socket.write(LONG.slice(0, SHORT.length));
  // Whatever came before is read by the time these are answered.
  for (let turn = 0; turn < 3; turn++) await other.ask(QUESTION);
  socket.write(LONG.slice(SHORT.length));
  assert.equal(await answer.promise, "abcdef");
  for (const each of [connection, other]) each.close();
  for (const each of [socket, otherSocket]) each.destroy();
  server.close();
  await once(server, "close");
});

async function connectTo(server: Server): Promise<readonly [Connection, Socket]> {
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, "connection");
  const connection = await Connection.open(new URL(`http://127.0.0.1:${port}/mcp`));
  const [socket] = await accepted;
  socket.setNoDelay();
  return [connection, socket];
}
