// What no proper client sends, byte for byte over a real socket, to the HTTP servers of both runtimes.
// Whatever it is, the next request on a new connection is answered.

import assert from "node:assert/strict";
import { rawPost, RawSocket } from "../helpers/raw_socket.ts";
import { answerTo, assertServes, PING, testTarget } from "../helpers/raw_target.ts";
import { call, rpc } from "../helpers/test_app.ts";

const MIB = 1024 * 1024;

testTarget(
  "a body of 10 MB is answered 413 when its length is announced mcp:16",
  async (server) => {
    const answer = await answerTo(server, rawPost(" ".repeat(10 * MIB)));
    assert.equal(answer?.status, 413);
    await assertServes(server);
  },
);

testTarget("a body of 10 MB in chunks is answered 413 or cut off mcp:16", async (server) => {
  const head = "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n" +
    "transfer-encoding: chunked\r\n\r\n";
  const chunk = `100000\r\n${" ".repeat(MIB)}\r\n`;
  const answer = await answerTo(server, head, ...Array(10).fill(chunk), "0\r\n\r\n");
  assert.ok(answer === undefined || answer.status === 413, String(answer?.status));
  await assertServes(server);
});

testTarget(
  "a body one byte over the limit is refused, one at the limit is served mcp:16",
  async (server) => {
    assert.equal((await answerTo(server, rawPost(PING.padEnd(2048))))?.status, 200);
    assert.equal((await answerTo(server, rawPost(PING.padEnd(2049))))?.status, 413);
    await assertServes(server);
  },
  { CAR_LIMITS_BODY_BYTES_MAX: "2048" },
);

testTarget(
  "a client that hangs up in the middle of a body leaves nothing behind",
  async (server) => {
    const fact = JSON.stringify(call("memory_add_fact", { subject: "half", body: "never whole" }));
    for (const cut of [1, fact.length / 2, fact.length - 1]) {
      using socket = await RawSocket.open(server.port);
      socket.write(rawPost(fact, { expect: "100-continue" }).slice(0, -cut));
      assert.equal((await socket.answer())?.status, 100);
      await socket.hangUp();
    }
    await assertServes(server);
    const metrics = await (await server.send("GET", {}, "/metrics")).text();
    assert.match(metrics, /^car_facts 0$/m);
  },
);

testTarget("a body that does not arrive in time is answered 408", async (server) => {
  const answer = await answerTo(server, rawPost(PING).slice(0, -1));
  assert.equal(answer?.status, 408);
  await assertServes(server);
}, { CAR_LIMITS_BODY_READ_MS: "100" });

testTarget(
  "the server's own address with its port is served as Host and Origin mcp:7 mcp:10",
  async (server) => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      const host = `${name}:${server.port}`;
      const answer = await answerTo(server, rawPost(PING, { host, origin: `http://${host}` }));
      assert.equal(answer?.status, 200, host);
    }
  },
);

testTarget(
  "another port of the own address is refused as Host and as Origin mcp:5 mcp:9",
  async (server) => {
    const own = `127.0.0.1:${server.port}`;
    const other = `127.0.0.1:${server.port === 65_535 ? 1 : server.port + 1}`;
    assert.equal((await answerTo(server, rawPost(PING, { host: other })))?.status, 403);
    const headers = { host: own, origin: `http://${other}` };
    assert.equal((await answerTo(server, rawPost(PING, headers)))?.status, 403);
  },
);

testTarget("HEAD is answered 405 without a body or a stream mcp:2", async (server) => {
  const { id } = await server.open();
  using socket = await RawSocket.open(server.port);
  socket.write(
    `HEAD /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\nmcp-session-id: ${id}\r\n\r\n`,
  );
  const answer = await socket.answer(true);
  assert.equal(answer?.status, 405);
  assert.match(answer.headers.get("allow") ?? "", /GET, POST, DELETE/);
  // A body of the first answer would stand before the second one.
  socket.write(rawPost(PING));
  assert.equal((await socket.answer())?.status, 200);
});

testTarget("a header of 1 MB is refused or cut off", async (server) => {
  const answer = await answerTo(server, rawPost(PING, { "x-long": "a".repeat(MIB) }));
  assert.ok(answer === undefined || answer.status >= 400, String(answer?.status));
  await assertServes(server);
});

testTarget("requests sent ahead on one connection are answered in order", async (server) => {
  using socket = await RawSocket.open(server.port);
  const ids = Array.from({ length: 20 }, (_, id) => id);
  socket.write(ids.map((id) => rawPost(JSON.stringify(rpc("ping", {}, id)))).join(""));
  for (const id of ids) assert.equal(JSON.parse((await socket.answer())?.body ?? "").id, id);
});

const GARBAGE: Readonly<Record<string, string>> = {
  "zero bytes": "\0".repeat(1_000),
  "a greeting of TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "a line of another protocol": "HELO there\r\n\r\n",
  "a version that does not exist": "GET /mcp HTTP/9.9\r\n\r\n",
  "two lengths that differ": rawPost(PING, { "Content-Length": "5" }),
  "a length that is negative": rawPost(PING, { "content-length": "-1" }),
  "a chunk size that is no number":
    "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
};

for (const [name, bytes] of Object.entries(GARBAGE)) {
  testTarget(`${name} instead of a request is refused or cut off`, async (server) => {
    using socket = await RawSocket.open(server.port);
    socket.write(bytes);
    socket.finish();
    const answer = await socket.answer();
    assert.ok(answer === undefined || answer.status >= 400, String(answer?.status));
    await assertServes(server);
  });
}
