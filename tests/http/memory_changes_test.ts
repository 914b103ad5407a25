// What is told of facts and skills that change, in both eras.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { PAUSE_MS } from "../../src/rpc/changes.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createSqliteMemory } from "../../src/storage/sqlite_memory.ts";
import { openMemory } from "../../src/memory/engine.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import {
  call,
  notification,
  resultOf,
  rpc,
  type TestApp,
  testApp,
  type TestSession,
} from "../helpers/test_app.ts";
import { useTool } from "../helpers/use_tool.ts";

const LONG_MS = PAUSE_MS + 1_000;
const LIST = "notifications/resources/list_changed";
const FACT = "car://memory/fact/a";

// Whoever waits for a time has done what it does then before the clock goes on.
async function waitedUntil(clock: FakeClock, ms: number): Promise<void> {
  while (clock.now() < ms) {
    clock.advance(Math.min(500, ms - clock.now()));
    await new Promise((turn) => setImmediate(turn));
  }
}

/** A session that listens, on a clock that the test moves. */
async function listening(clock = new FakeClock()) {
  const server = await testApp({ clock });
  const session = await server.open();
  const response = await server.send("GET", {
    accept: "text/event-stream",
    "mcp-session-id": session.id,
  });
  const stream = new SseReader(response);
  return {
    clock,
    server,
    session,
    /** What was told since the last time: methods of lists, URIs of resources. */
    async told(): Promise<readonly string[]> {
      clock.advance(LONG_MS);
      // What a write has changed is told once it has changed all of it.
      await Promise.resolve();
      assert.equal(server.app.pushToSession(session.id, notification("mark")), true);
      const told: string[] = [];
      for (;;) {
        const { method, params } = await stream.next();
        if (method === "mark") return told;
        told.push(params?.uri ?? method);
      }
    },
    async [Symbol.asyncDispose]() {
      await stream.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function subscribe(session: TestSession, uri: string, headers = {}): Promise<void> {
  await resultOf(await session.post(rpc("resources/subscribe", { uri }), headers));
}

const add = (server: TestApp, fact: Record<string, unknown>) =>
  useTool(server, "memory_add_fact", fact);

Deno.test("a change of a fact tells its subscribers and the list's, of its namespace alone", async () => {
  await using place = await listening();
  const { server, session, told } = place;
  await subscribe(session, FACT);
  await add(server, { id: "a", subject: "s", body: "b" });
  assert.deepEqual((await told()).toSorted(), [FACT, LIST]);
  await add(server, { subject: "s", body: "b", tags: ["t"] });
  assert.deepEqual(await told(), [FACT]);
  // One write changes two facts, and the list once.
  await add(server, { id: "b", subject: "s", body: "c", supersedes: "a" });
  assert.deepEqual((await told()).toSorted(), [FACT, LIST]);
  await useTool(server, "memory_delete", { id: "a" });
  assert.deepEqual((await told()).toSorted(), [FACT, LIST]);
  await add(server, { id: "a", subject: "s", body: "b", tenant_id: "team" });
  await useTool(server, "memory_query", { query: "s" });
  assert.deepEqual(await told(), []);
});

Deno.test("a change of a skill tells its subscribers, a new one the list's, too", async () => {
  await using place = await listening();
  const { server, session, told } = place;
  await subscribe(session, "car://memory/skill/deploy%20site");
  await useTool(server, "skill_ingest", { name: "deploy site", code: "c" });
  assert.deepEqual((await told()).toSorted(), ["car://memory/skill/deploy%20site", LIST]);
  await useTool(server, "skill_list");
  await useTool(server, "skill_report", { name: "deploy site", outcome: "failure" });
  assert.deepEqual(await told(), ["car://memory/skill/deploy%20site"]);
});

Deno.test("the status changes with whatever its namespace holds", async () => {
  await using place = await listening();
  const { server, session, told } = place;
  const status = "car://memory/status";
  await subscribe(session, status, { "car-namespace": "team" });
  await add(server, { subject: "s", body: "b" });
  assert.deepEqual(await told(), [LIST]);
  await add(server, { subject: "s", body: "b", tenant_id: "team" });
  assert.deepEqual(await told(), [status]);
});

Deno.test("many facts at once make few messages", async () => {
  await using place = await listening();
  const { server, session, told } = place;
  await subscribe(session, "car://memory/status");
  await Promise.all(
    Array.from(
      { length: 200 },
      (_, at) => useTool(server, "memory_add_fact", { subject: `s${at}`, body: "b" }),
    ),
  );
  const messages = await told();
  assert.ok(messages.length >= 2 && messages.length <= 4, messages.join(" "));
});

Deno.test("what another process writes and erases is told, without anybody reading", async () => {
  await using place = await listening();
  const { clock, server, session, told } = place;
  await subscribe(session, FACT);
  const limits = limitsWith();
  const database = openDatabase({ path: `${server.home}/mcp/memory.db`, limits });
  const other = await openMemory({ store: createSqliteMemory(database), clock, limits });
  await other.addFact("default", { id: "a", subject: "s", body: "b" });
  assert.deepEqual((await told()).toSorted(), [FACT, LIST]);
  await other.deleteFact("default", "a");
  assert.deepEqual((await told()).toSorted(), [FACT, LIST]);
  await other.close();
  await database.close();
});

Deno.test("a fact that expires is told, also where nothing was asked since the start", async () => {
  const clock = new FakeClock();
  await using place = await listening(clock);
  const { server, session, told } = place;
  await subscribe(session, FACT);
  // Another process writes it, so that nothing of this one has looked at the namespace.
  const limits = limitsWith();
  const database = openDatabase({ path: `${server.home}/mcp/memory.db`, limits });
  const other = await openMemory({ store: createSqliteMemory(database), clock, limits });
  const expiresAtMs = clock.now() + 60_000;
  await other.addFact("default", { id: "a", subject: "s", body: "b", expiresAtMs });
  assert.deepEqual((await told()).toSorted(), [FACT, LIST]);
  await waitedUntil(clock, expiresAtMs - 2 * LONG_MS);
  assert.deepEqual(await told(), []);
  await waitedUntil(clock, expiresAtMs);
  assert.deepEqual((await told()).toSorted(), [FACT, LIST]);
  await other.close();
  await database.close();
});

Deno.test("lists that a client has seen are told when it listens later", async () => {
  await using server = await testApp();
  const session = await server.open();
  const unseen = await server.open();
  await resultOf(await session.post(rpc("resources/list")));
  await add(server, { id: "a", subject: "s", body: "b" });
  for (const [{ id }, expected] of [[session, [LIST]], [unseen, []]] as const) {
    const headers = { accept: "text/event-stream", "mcp-session-id": id };
    const stream = new SseReader(await server.send("GET", headers));
    assert.equal(server.app.pushToSession(id, notification("mark")), true);
    const methods: string[] = [];
    for (;;) {
      const { method } = await stream.next();
      if (method === "mark") break;
      methods.push(method);
    }
    assert.deepEqual(methods, expected);
    await stream.close();
  }
});

Deno.test("nothing that is told of an erased fact stays in the file of sessions", async () => {
  await using server = await testApp({ environment: { CAR_SESSIONS_PERSIST: "true" } });
  const [session, absent] = [await server.open(), await server.open()];
  const id = "Wächter 7/8";
  const uri = `car://memory/fact/${encodeURIComponent(id)}`;
  for (const each of [session, absent]) await subscribe(each, uri);
  const headers = { accept: "text/event-stream", "mcp-session-id": session.id };
  const stream = new SseReader(await server.send("GET", headers));
  // Of words that no message has: what holds one of them is forgotten anyway.
  await add(server, { id, subject: "Qwertz", body: "Yxcvbnm" });
  await useTool(server, "memory_delete", { id });
  for (let left = 2; left > 0;) if ((await stream.next()).params?.uri === uri) left--;
  await stream.close();
  const late = new SseReader(
    await server.send("GET", { ...headers, "mcp-session-id": absent.id }),
  );
  assert.equal(server.app.pushToSession(absent.id, notification("mark")), true);
  assert.equal((await late.next()).method, "mark");
  await late.close();
  await server.app.stop();
  for (const file of ["sessions.db", "sessions.db-wal"]) {
    const bytes = await readFile(`${server.home}/mcp/${file}`).catch(() => Buffer.of());
    assert.equal(bytes.includes(encodeURIComponent(id)), false, file);
    assert.equal(bytes.includes("chter"), false, file);
  }
});

Deno.test("a stateless listener is told of facts of its namespace mcp:136 mcp:142", async () => {
  await using server = await testApp();
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const listen = async (id: number, namespace: string) => {
    const notifications = { resourceSubscriptions: [FACT] };
    const params = { _meta: meta, notifications };
    const response = await server.post(rpc("subscriptions/listen", params, id), {
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "subscriptions/listen",
      "car-namespace": namespace,
    });
    const stream = new SseReader(response);
    const { method } = await stream.next();
    assert.equal(method, "notifications/subscriptions/acknowledged");
    return stream;
  };
  const [here, there] = [await listen(7, "default"), await listen(8, "team")];
  for (const tenant_id of ["team", "default"]) {
    await resultOf(
      await server.post(call("memory_add_fact", { id: "a", subject: "s", body: "b", tenant_id })),
    );
  }
  for (const [stream, id] of [[here, 7], [there, 8]] as const) {
    const { method, params } = await stream.next();
    assert.equal(method, "notifications/resources/updated");
    assert.equal(params.uri, FACT);
    assert.equal(params._meta["io.modelcontextprotocol/subscriptionId"], id);
    await stream.close();
  }
});
