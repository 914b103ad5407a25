// What a session's streams do at their bounds, and that nothing is left of them.

import assert from "node:assert/strict";
import { FakeSink } from "../helpers/fake_sink.ts";
import { joined, openedRequest, sessionStreams } from "../helpers/session_streams.ts";

Deno.test("the log drops its oldest beyond the bound of events, says so, and shows the gap mcp:84", () => {
  const { dropped, say, streams } = sessionStreams({ eventLogEventsMax: 3 });
  const sink = new FakeSink();
  joined(streams.listen(sink))();
  say("1", "2", "3", "4");
  assert.deepEqual(dropped, [1]);
  assert.equal(streams.events, 3);
  assert.equal(streams.resume(sink.lastId, new FakeSink()).kind, "event_too_old");
  const fresh = new FakeSink();
  joined(streams.listen(fresh));
  assert.deepEqual(fresh.received, ["2", "3", "4"]);
  assert.deepEqual(dropped, [1]);
});

Deno.test("the log is bounded by bytes, not by characters mcp:84", () => {
  const { dropped, say, streams } = sessionStreams({ eventLogBytesMax: 10 });
  say("ééé", "éé");
  assert.equal(streams.events, 2);
  say("x");
  assert.equal(streams.events, 2);
  assert.deepEqual(dropped, [1]);
});

Deno.test("listen() ends the oldest shadow when there are too many mcp:74", () => {
  const { say, streams } = sessionStreams({ shadowStreamsMax: 2 });
  const sinks = Array.from({ length: 4 }, () => new FakeSink());
  for (const sink of sinks) joined(streams.listen(sink));
  assert.deepEqual(sinks.map((sink) => sink.isClosed), [false, true, false, false]);
  assert.equal(streams.open, 3);
  say("1");
  assert.deepEqual(sinks.map((sink) => sink.received.length), [1, 0, 0, 0]);
});

Deno.test("listen() is refused where no shadow may be", () => {
  const { streams } = sessionStreams({ shadowStreamsMax: 0 });
  joined(streams.listen(new FakeSink()));
  assert.equal(streams.listen(new FakeSink()).kind, "too_many_streams");
});

Deno.test("listen() and openRequest() refuse more connections than the bound", () => {
  const { streams } = sessionStreams({ sessionStreamsMax: 3 });
  const detach = joined(streams.listen(new FakeSink()));
  joined(streams.listen(new FakeSink()));
  const call = openedRequest(streams);
  assert.equal(streams.openRequest(new FakeSink(), [1]), undefined);
  assert.equal(streams.listen(new FakeSink()).kind, "too_many_streams");
  detach();
  joined(streams.listen(new FakeSink()));
  // Resuming replaces the request's own connection, so it needs no room.
  joined(streams.resume(call.sink.lastId, new FakeSink()));
  assert.equal(call.sink.isClosed, true);
});

Deno.test("a connection that was replaced does not take its successor away when it ends", () => {
  const { streams } = sessionStreams();
  const call = openedRequest(streams);
  const again = new FakeSink();
  joined(streams.resume(call.sink.lastId, again));
  call.detach();
  call.report("progress");
  assert.deepEqual(again.received, ["progress"]);
  assert.equal(streams.open, 1);
});

Deno.test("disconnect() tells when to come back and keeps what follows mcp:70", () => {
  const { streams } = sessionStreams();
  const call = openedRequest(streams);
  call.stream.disconnect(50);
  assert.deepEqual(call.sink.events.at(-1), { retryMs: 50 });
  assert.equal(call.sink.isClosed, true);
  call.answer("answer");
  const again = new FakeSink();
  joined(streams.resume(call.sink.lastId, again));
  assert.deepEqual(again.received, ["answer"]);
});

Deno.test("close() ends every connection and leaves nothing behind mcp:55", () => {
  const { deadlines, say, streams } = sessionStreams();
  const sinks = [new FakeSink(), new FakeSink()];
  for (const sink of sinks) joined(streams.listen(sink));
  const [running, finished] = [openedRequest(streams), openedRequest(streams)];
  finished.answer("answer");
  say("1");
  streams.close();
  streams.close();
  for (const sink of [...sinks, running.sink, finished.sink]) assert.equal(sink.isClosed, true);
  running.answer("late");
  assert.deepEqual(
    [streams.open, streams.events, streams.requestStreams, deadlines.size],
    [0, 0, 0, 0],
  );
  assert.equal(streams.openRequest(new FakeSink(), [1]), undefined);
  assert.equal(streams.listen(new FakeSink()).kind, "too_many_streams");
});

Deno.test("dropWhere() drops what was sent and what waits, and shows the gap", () => {
  const { say, streams } = sessionStreams();
  const sink = new FakeSink();
  const detach = joined(streams.listen(sink));
  const priming = sink.lastId;
  say("secret 1", "2");
  detach();
  say("3", "secret 4", "5");
  streams.dropWhere((json) => json.includes("secret"));
  assert.equal(streams.resume(priming, new FakeSink()).kind, "event_too_old");
  const again = new FakeSink();
  joined(streams.listen(again));
  assert.deepEqual(again.received, ["3", "5"]);
});
