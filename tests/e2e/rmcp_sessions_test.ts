// The behaviours of rmcp's local session manager, one for one, over a real socket. Where this server
// differs: a replay begins after the event that is named, not with it (2025-11-25, "Resumability and
// Redelivery"; from a priming event both give the same), indexes count over the whole session, an id
// older than what is kept is refused instead of shortened, and a finished stream is kept with its
// answer.

import assert from "node:assert/strict";
import { type ListeningApp, listeningApp } from "../helpers/listening_app.ts";
import { createNaiveSessions } from "../helpers/naive_sessions.ts";
import { SseReader } from "../helpers/sse_reader.ts";
import { talkingTool } from "../helpers/talking_tool.ts";
import { assertRpcError, call, notification } from "../helpers/test_app.ts";

const BOTH = { accept: "application/json, text/event-stream" };

/** A tool that logs as many lines as it is told, then answers. */
function gatedLogs() {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const tool = talkingTool("logs", async (context) => {
    context.log("info", 1);
    await gates[0]?.promise;
    context.log("info", 2);
    await gates[1]?.promise;
    context.log("info", 3);
  });
  return { tool, open: (gate: number) => gates[gate]?.resolve() };
}

const said = (number: number) => notification("notifications/test", { number });

async function listen(server: ListeningApp, session: string, lastEventId?: string) {
  const headers = { "mcp-session-id": session };
  const resumed = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const response = await server.send("GET", { ...headers, ...resumed });
  assert.equal(response.status, 200);
  return new SseReader(response);
}

/** Comes when the server knows of no more streams than that: a client leaves before it is noticed. */
async function untilStreams(server: ListeningApp, streams: number): Promise<void> {
  for (let look = 0; look < 10_000; look++) {
    const metrics = await (await server.send("GET", {}, "/metrics")).text();
    if (metrics.includes(`\ncar_streams ${streams}\n`)) return;
  }
  assert.fail(`there are not ${streams} streams`);
}

Deno.test("priming_event_comes_first_with_id_and_retry mcp:61", async () => {
  const { tool, open } = gatedLogs();
  await using server = await listeningApp({}, [tool]);
  const session = await server.open();
  const stream = new SseReader(await session.post(call("logs"), BOTH));
  const priming = await stream.nextEvent();
  assert.deepEqual([priming?.data, priming?.retryMs], ["", 3_000]);
  assert.match(priming?.id ?? "", /^\d+\/\S+$/);
  open(0);
  open(1);
  assert.equal((await stream.rest()).length, 4);
});

Deno.test("request_streams_resume_from_the_priming_id_with_everything mcp:77", async () => {
  const { tool, open } = gatedLogs();
  await using server = await listeningApp({}, [tool]);
  const session = await server.open();
  const stream = new SseReader(await session.post(call("logs", {}, 7), BOTH));
  const priming = await stream.nextEvent();
  await stream.next();
  await stream.close();
  open(0);
  open(1);
  const again = await listen(server, session.id, priming?.id);
  const messages = await again.rest() as { id?: number; params?: { data: number } }[];
  assert.deepEqual(messages.map(({ id, params }) => params?.data ?? id), [1, 2, 3, 7]);
});

Deno.test("replay_sends_only_what_came_after_the_named_event mcp:76", async () => {
  await using server = await listeningApp();
  const session = await server.open();
  const first = await listen(server, session.id);
  for (const number of [1, 2, 3]) server.app.pushToSession(session.id, said(number));
  const one = await first.next();
  const seen = first.lastId;
  assert.deepEqual(one, said(1));
  await first.next();
  await first.close();
  await untilStreams(server, 0);
  server.app.pushToSession(session.id, said(4));
  const again = await listen(server, session.id, seen);
  for (const number of [2, 3, 4]) assert.deepEqual(await again.next(), said(number));
  await again.close();
});

Deno.test("common_stream_that_is_dead_is_replaced mcp:75", async () => {
  await using server = await listeningApp();
  const session = await server.open();
  const first = await listen(server, session.id);
  await first.nextEvent();
  await first.close();
  await untilStreams(server, 0);
  const second = await listen(server, session.id);
  server.app.pushToSession(session.id, said(1));
  assert.deepEqual(await second.next(), said(1));
  await second.close();
});

Deno.test("second_stream_is_a_shadow_while_the_primary_lives mcp:74", async () => {
  await using server = await listeningApp();
  const session = await server.open();
  const primary = await listen(server, session.id);
  const shadow = await listen(server, session.id);
  server.app.pushToSession(session.id, said(1));
  assert.deepEqual(await primary.next(), said(1));
  await primary.close();
  await untilStreams(server, 1);
  server.app.pushToSession(session.id, said(2));
  assert.deepEqual(await shadow.next(), said(2));
  await shadow.close();
});

Deno.test("shadow_limit_drops_the_oldest mcp:74", async () => {
  await using server = await listeningApp({ CAR_LIMITS_SHADOW_STREAMS_MAX: "2" });
  const session = await server.open();
  const primary = await listen(server, session.id);
  const shadows = [];
  for (let at = 0; at < 3; at++) shadows.push(await listen(server, session.id));
  assert.deepEqual(await shadows[0]?.rest(), []);
  await Promise.all([primary, ...shadows.slice(1)].map((stream) => stream.close()));
});

Deno.test("completed_stream_is_cached_and_ends_after_its_replay mcp:78", async () => {
  const { tool, open } = gatedLogs();
  await using server = await listeningApp({}, [tool]);
  const session = await server.open();
  const stream = new SseReader(await session.post(call("logs", {}, 7), BOTH));
  const priming = await stream.nextEvent();
  open(0);
  open(1);
  assert.equal((await stream.rest()).length, 4);
  const again = await listen(server, session.id, priming?.id);
  assert.equal((await again.rest()).length, 4);
});

Deno.test("completed_stream_is_forgotten_after_its_time mcp:79", async () => {
  const { tool, open } = gatedLogs();
  await using server = await listeningApp({ CAR_LIMITS_FINISHED_STREAM_MS: "0" }, [tool]);
  const session = await server.open();
  const stream = new SseReader(await session.post(call("logs"), BOTH));
  const priming = await stream.nextEvent();
  open(0);
  open(1);
  await stream.rest();
  const headers = { "mcp-session-id": session.id, "last-event-id": priming?.id ?? "" };
  // The sweeper looks four times a second, so a few looks of ours go by.
  for (let look = 0; look < 10_000; look++) {
    const response = await server.send("GET", headers);
    await response.body?.cancel();
    if (response.status === 400) return;
  }
  assert.fail("the stream is still there");
});

Deno.test("cache_that_lost_the_event_refuses_the_resume mcp:79", async () => {
  await using server = await listeningApp({ CAR_LIMITS_EVENT_LOG_EVENTS_MAX: "16" });
  const session = await server.open();
  const first = await listen(server, session.id);
  const priming = await first.nextEvent();
  await first.close();
  await untilStreams(server, 0);
  for (let number = 0; number < 20; number++) server.app.pushToSession(session.id, said(number));
  const headers = { "mcp-session-id": session.id, "last-event-id": priming?.id ?? "" };
  await assertRpcError(await server.send("GET", headers), 400, -32000);
});

Deno.test("resume_of_an_unknown_or_malformed_event_id_is_refused mcp:79", async () => {
  await using server = await listeningApp();
  const session = await server.open();
  for (const id of ["", "0", "0/99", "a/b", "0/0/0", "-1/0"]) {
    const headers = { "mcp-session-id": session.id, "last-event-id": id };
    await assertRpcError(await server.send("GET", headers), 400, -32000);
  }
});

Deno.test("close_sse_stream_tells_the_retry_and_the_client_resumes mcp:70", async () => {
  const gate = Promise.withResolvers<void>();
  const tool = talkingTool("polls", async (context) => {
    context.disconnect(10);
    await gate.promise;
    return "late";
  });
  await using server = await listeningApp({}, [tool]);
  const session = await server.open();
  const stream = new SseReader(await session.post(call("polls", {}, 7), BOTH));
  assert.deepEqual(await stream.rest(), []);
  assert.equal(stream.retryMs, 10);
  gate.resolve();
  const again = await listen(server, session.id, stream.lastId);
  assert.equal((await again.next()).id, 7);
  assert.equal(await again.nextEvent(), undefined);
});

Deno.test("close_standalone_sse_stream_ends_the_primary_and_its_shadows mcp:70", async () => {
  await using server = await listeningApp();
  const session = await server.open();
  const primary = await listen(server, session.id);
  await primary.nextEvent();
  const shadow = await listen(server, session.id);
  assert.equal(server.app.disconnectListener(session.id, 10), true);
  assert.deepEqual([await primary.rest(), await shadow.rest()], [[], []]);
  assert.deepEqual([primary.retryMs, shadow.retryMs], [10, 10]);
  server.app.pushToSession(session.id, said(1));
  const again = await listen(server, session.id, primary.lastId);
  assert.deepEqual(await again.next(), said(1));
  await again.close();
  const older = await server.open("2025-06-18");
  assert.equal(server.app.disconnectListener(older.id), false);
  assert.equal(server.app.disconnectListener("nobody"), false);
});

Deno.test("close_session_ends_its_streams_and_its_messages mcp:53", async () => {
  await using server = await listeningApp();
  const session = await server.open();
  const stream = await listen(server, session.id);
  await stream.nextEvent();
  const ended = await server.send("DELETE", { "mcp-session-id": session.id });
  assert.equal(ended.status, 200);
  await ended.body?.cancel();
  assert.deepEqual(await stream.rest(), []);
  assert.equal(server.app.pushToSession(session.id, said(1)), false);
});

Deno.test("restore_session_goes_on_where_it_was_and_an_unknown_one_is_refused mcp:76", async () => {
  const sessionStore = createNaiveSessions();
  let [id, seen]: (string | undefined)[] = [];
  {
    await using server = await listeningApp({}, [], sessionStore);
    ({ id } = await server.open());
    const stream = await listen(server, id);
    server.app.pushToSession(id, said(1));
    await stream.next();
    seen = stream.lastId;
    await stream.close();
  }
  await using server = await listeningApp({}, [], sessionStore);
  const again = await listen(server, id, seen);
  server.app.pushToSession(id, said(2));
  assert.deepEqual(await again.next(), said(2));
  await again.close();
  const unknown = { "mcp-session-id": "nobody" };
  await assertRpcError(await server.send("GET", unknown), 404, -32001);
});
