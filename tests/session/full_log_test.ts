// What goes first when the log of a session is full, and what can still be reached then.

import assert from "node:assert/strict";
import type { SessionStreams } from "../../src/session/session_streams.ts";
import { FakeSink } from "../helpers/fake_sink.ts";
import { joined, openedRequest, sessionStreams } from "../helpers/session_streams.ts";

/** What a client that comes without an id receives. */
function listened(streams: SessionStreams): string[] {
  const sink = new FakeSink();
  joined(streams.listen(sink))();
  return sink.received;
}

/** What a client that comes back with that id receives. */
function resumed(streams: SessionStreams, id: string): string[] {
  const sink = new FakeSink();
  joined(streams.resume(id, sink));
  return sink.received;
}

Deno.test("what was delivered never pushes out what waits mcp:82 mcp:84", () => {
  const { dropped, say, streams } = sessionStreams({ eventLogEventsMax: 3 });
  say("precious");
  for (let count = 0; count < 10; count++) {
    const call = openedRequest(streams);
    call.report("report");
    call.answer("answer");
  }
  assert.deepEqual(dropped, []);
  assert.deepEqual(listened(streams), ["precious"]);
});

Deno.test("a large answer that was delivered does not push out one that waits mcp:68 mcp:78", () => {
  const { streams } = sessionStreams({ eventLogBytesMax: 100 });
  const [cut, served] = [openedRequest(streams), openedRequest(streams)];
  cut.detach();
  assert.equal(cut.answer("a".repeat(90)), true);
  assert.equal(served.answer("b".repeat(90)), true);
  assert.deepEqual(served.sink.received, ["b".repeat(90)]);
  assert.deepEqual(resumed(streams, cut.sink.lastId), ["a".repeat(90)]);
  assert.equal(streams.resume(served.sink.ids[0] ?? "", new FakeSink()).kind, "event_too_old");
});

Deno.test("sent reports go first, then what else was sent, then reports that wait mcp:84", () => {
  const { dropped, say, streams } = sessionStreams({ eventLogEventsMax: 5 });
  const listener = new FakeSink();
  const detach = joined(streams.listen(listener));
  say("sent");
  detach();
  const call = openedRequest(streams);
  call.report("sent report");
  const cut = openedRequest(streams);
  cut.detach();
  cut.stream.publish("question", "awaited");
  say("waiting");
  cut.report("report");
  say("more 1");
  assert.deepEqual(resumed(streams, call.sink.ids[0] ?? ""), []);
  say("more 2");
  assert.deepEqual(dropped, []);
  assert.equal(streams.resume(listener.ids[0] ?? "", new FakeSink()).kind, "event_too_old");
  say("more 3");
  assert.deepEqual(dropped, [1]);
  assert.deepEqual(listened(streams), ["waiting", "more 1", "more 2", "more 3"]);
  assert.deepEqual(resumed(streams, cut.sink.lastId), ["question"]);
});

Deno.test("a question goes after what else waits, however old it is mcp:84", () => {
  const { say, streams } = sessionStreams({ eventLogEventsMax: 2 });
  streams.common.publish("question", "awaited");
  say("1", "2");
  assert.deepEqual(listened(streams), ["question", "2"]);
});

Deno.test("publish() is false where all that waits is worth more, and leaves no gap mcp:84", () => {
  const { dropped, say, streams } = sessionStreams({ eventLogEventsMax: 2 });
  const listener = new FakeSink();
  joined(streams.listen(listener))();
  const cut = openedRequest(streams);
  cut.detach();
  for (const json of ["question 1", "question 2"]) cut.stream.publish(json, "awaited");
  assert.equal(cut.report("report"), false);
  assert.equal(say("notice"), false);
  assert.deepEqual(dropped, [1, 1]);
  assert.deepEqual(resumed(streams, listener.lastId), []);
  cut.stream.publish("question 3", "awaited");
  assert.equal(streams.resume(cut.sink.lastId, new FakeSink()).kind, "event_too_old");
});

Deno.test("a message beyond the bound pushes nothing out: sent it is not kept, else it is refused mcp:84", () => {
  const { dropped, say, streams } = sessionStreams({ eventLogBytesMax: 10 });
  assert.equal(say("small"), true);
  assert.equal(say("x".repeat(11)), false);
  assert.deepEqual(dropped, [1]);
  const sink = new FakeSink();
  const detach = joined(streams.listen(sink));
  assert.equal(say("y".repeat(11)), true);
  assert.equal(say("z"), true);
  detach();
  assert.deepEqual(sink.received, ["small", "y".repeat(11), "z"]);
  const [priming = "", small = "", large = ""] = sink.ids;
  for (const id of [priming, small]) {
    assert.equal(streams.resume(id, new FakeSink()).kind, "event_too_old");
  }
  assert.deepEqual(resumed(streams, large), ["z"]);
  assert.deepEqual(dropped, [1]);
});

Deno.test("a message as large as the bound is kept mcp:84", () => {
  const { say, streams } = sessionStreams({ eventLogBytesMax: 10 });
  assert.equal(say("x".repeat(10)), true);
  assert.deepEqual(listened(streams), ["x".repeat(10)]);
});

Deno.test("an answer beyond the bound is no answer when it has to wait; a report is dropped mcp:68", () => {
  const { streams } = sessionStreams({ eventLogBytesMax: 10 });
  const call = openedRequest(streams);
  call.detach();
  assert.equal(call.report("x".repeat(11)), false);
  assert.equal(call.stream.publish("x".repeat(11), "awaited"), false);
  assert.equal(call.stream.publish("error", "awaited"), true);
  call.end();
  assert.deepEqual(resumed(streams, call.sink.lastId), ["error"]);
});

Deno.test("the answer is reached however much its call reports mcp:68 mcp:77 mcp:78", () => {
  for (const room of [1, 2, 5]) {
    const { streams } = sessionStreams({ eventLogEventsMax: 3 });
    const call = openedRequest(streams, new FakeSink(room));
    for (let count = 0; count < 10; count++) call.report(`${count}`);
    const running = new FakeSink();
    joined(streams.resume(call.sink.lastId, running));
    streams.common.disconnect();
    call.answer("answer");
    assert.equal(running.received.at(-1), "answer");
    for (const id of [...call.sink.ids, ...running.ids.slice(0, -1)]) {
      assert.equal(resumed(streams, id).at(-1), "answer", `${room} ${id}`);
    }
  }
});

Deno.test("resume() of a request's stream is refused where more than reports is missing mcp:79", () => {
  const { streams } = sessionStreams({ eventLogEventsMax: 2 });
  const call = openedRequest(streams);
  const priming = call.sink.lastId;
  call.stream.publish("question", "awaited");
  const asked = call.sink.lastId;
  call.report("1", "2", "3");
  assert.deepEqual(resumed(streams, priming), ["question", "3"]);
  call.stream.publish("question", "awaited");
  call.stream.publish("question", "awaited");
  assert.equal(streams.resume(priming, new FakeSink()).kind, "event_too_old");
  assert.deepEqual(resumed(streams, asked), ["question", "question"]);
});

Deno.test("a log message on the common stream is no report: its loss shows mcp:79", () => {
  const { streams } = sessionStreams({ eventLogEventsMax: 1 });
  const sink = new FakeSink();
  joined(streams.listen(sink));
  for (const json of ["1", "2"]) streams.common.publish(json, "report");
  assert.equal(streams.resume(sink.ids[0] ?? "", new FakeSink()).kind, "event_too_old");
});

Deno.test("a client that is cut after its priming event gets the whole of a full log mcp:76", () => {
  const { dropped, say, streams } = sessionStreams({ eventLogEventsMax: 3 });
  say("1", "2", "3");
  const cut = new FakeSink(1);
  joined(streams.listen(cut));
  assert.deepEqual(resumed(streams, cut.lastId), ["1", "2", "3"]);
  assert.deepEqual(dropped, []);
});

Deno.test("connections that come and go push nothing out mcp:78", () => {
  const { streams } = sessionStreams({ eventLogEventsMax: 3 });
  const call = openedRequest(streams);
  call.detach();
  call.answer("answer");
  const listeners = Array.from({ length: 10 }, () => new FakeSink());
  for (const sink of listeners) joined(streams.listen(sink))();
  assert.deepEqual(resumed(streams, call.sink.lastId), ["answer"]);
  for (const { lastId } of listeners) assert.deepEqual(resumed(streams, lastId), []);
});

Deno.test("as many finished streams stay as messages, and those without a message go first", () => {
  const { streams } = sessionStreams({ eventLogEventsMax: 2 });
  const finished = () => {
    const call = openedRequest(streams);
    const { lastId } = call.sink;
    call.end();
    return lastId;
  };
  const waiting = openedRequest(streams);
  waiting.detach();
  waiting.answer("answer");
  const ids = [finished(), finished(), finished()];
  assert.equal(streams.requestStreams, 2);
  assert.deepEqual(ids.map((id) => streams.resume(id, new FakeSink()).kind), [
    "unknown_event",
    "unknown_event",
    "nothing_left",
  ]);
  assert.deepEqual(resumed(streams, waiting.sink.lastId), ["answer"]);
});

Deno.test("dropWhere() of a report leaves no gap before the answer, of anything else one", () => {
  const { streams } = sessionStreams();
  const [reporting, asking] = [openedRequest(streams), openedRequest(streams)];
  reporting.report("secret");
  reporting.answer("answer");
  asking.stream.publish("secret", "awaited");
  streams.dropWhere((json) => json === "secret");
  assert.deepEqual(resumed(streams, reporting.sink.ids[0] ?? ""), ["answer"]);
  assert.equal(streams.resume(asking.sink.ids[0] ?? "", new FakeSink()).kind, "event_too_old");
});
