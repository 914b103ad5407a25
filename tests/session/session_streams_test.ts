import assert from "node:assert/strict";
import { FakeSink } from "../helpers/fake_sink.ts";
import { joined, openedRequest, sessionStreams } from "../helpers/session_streams.ts";

Deno.test("listen() gets what waits and then what comes, after an id of its own mcp:61", () => {
  const { say, streams } = sessionStreams();
  say("1", "2");
  const sink = new FakeSink();
  joined(streams.listen(sink));
  say("3");
  assert.deepEqual(sink.events[0], { id: "0/0.tag", data: "", retryMs: 3_000 });
  assert.deepEqual(sink.received, ["1", "2", "3"]);
  assert.deepEqual(sink.ids, ["0/0.tag", "1/0.tag", "2/0.tag", "3/0.tag"]);
});

Deno.test("listen() begins with no empty event for older revisions mcp:62", () => {
  const { say, streams } = sessionStreams({}, false);
  const sink = new FakeSink();
  joined(streams.listen(sink));
  say("1");
  assert.deepEqual(sink.events, [{ id: "0/0.tag", data: "1" }]);
});

Deno.test("listen() a second time is silent until the first connection ends mcp:74", () => {
  const { say, streams } = sessionStreams();
  const [primary, shadow] = [new FakeSink(), new FakeSink()];
  const detach = joined(streams.listen(primary));
  joined(streams.listen(shadow));
  say("1");
  assert.deepEqual(shadow.events, []);
  detach();
  detach();
  say("2");
  assert.deepEqual(primary.received, ["1"]);
  assert.deepEqual(shadow.received, ["2"]);
  assert.equal(streams.open, 1);
});

Deno.test("the newest shadow takes over, from the event it named mcp:75", () => {
  const { say, streams } = sessionStreams();
  const [lost, older, newest] = [new FakeSink(), new FakeSink(), new FakeSink()];
  const detach = joined(streams.listen(lost));
  say("1");
  const seen = lost.lastId;
  joined(streams.listen(older));
  joined(streams.resume(seen, newest));
  say("2", "3");
  assert.deepEqual(newest.received, []);
  detach();
  say("4");
  assert.deepEqual(newest.received, ["2", "3", "4"]);
  assert.deepEqual(older.received, []);
});

Deno.test("a connection that takes no more is ended, and the next goes on without a gap mcp:84", () => {
  const { say, streams } = sessionStreams();
  const [slow, older, newest] = [new FakeSink(2), new FakeSink(), new FakeSink()];
  for (const sink of [slow, older, newest]) joined(streams.listen(sink));
  say("1", "2", "3");
  assert.equal(slow.isClosed, true);
  assert.deepEqual(slow.received, ["1"]);
  assert.deepEqual(newest.received, ["2", "3"]);
  assert.deepEqual(older.received, []);
  assert.equal(streams.open, 2);
});

Deno.test("resume() sends what came after the event, nothing twice, then what comes mcp:76", () => {
  const { say, streams } = sessionStreams();
  const first = new FakeSink();
  const detach = joined(streams.listen(first));
  say("1", "2", "3");
  detach();
  say("4");
  const again = new FakeSink();
  joined(streams.resume(first.ids[1] ?? "", again));
  say("5");
  assert.deepEqual(again.received, ["2", "3", "4", "5"]);
  assert.deepEqual(again.ids.slice(0, 3), first.ids.slice(1));
  assert.equal(new Set([...first.ids, ...again.ids]).size, 6);
});

Deno.test("resume() first tells the id again, so that a client cut once more keeps its place mcp:76 mcp:77", () => {
  const { say, streams } = sessionStreams();
  const call = openedRequest(streams);
  const common = new FakeSink();
  const detach = joined(streams.listen(common));
  say("1");
  call.detach();
  detach();
  const primary = new FakeSink();
  const shadow = new FakeSink();
  const request = new FakeSink();
  joined(streams.resume(common.lastId, primary));
  joined(streams.resume(common.lastId, shadow));
  joined(streams.resume(call.sink.lastId, request));
  const told = ({ lastId }: FakeSink) => [{ id: lastId, data: "", retryMs: 3_000 }];
  assert.deepEqual([primary.events, shadow.events], [told(common), told(common)]);
  assert.deepEqual(request.events, told(call.sink));
});

Deno.test("resume() tells older revisions no id without a message mcp:62", () => {
  const { say, streams } = sessionStreams({}, false);
  const first = new FakeSink();
  const detach = joined(streams.listen(first));
  say("1");
  detach();
  const again = new FakeSink();
  joined(streams.resume(first.lastId, again));
  assert.deepEqual(again.events, []);
});

Deno.test("resume() from the priming event misses nothing that waited before it", () => {
  const { say, streams } = sessionStreams();
  say("1");
  const cut = new FakeSink(1);
  joined(streams.listen(cut));
  const again = new FakeSink();
  joined(streams.resume(cut.lastId, again));
  assert.deepEqual(again.received, ["1"]);
});

Deno.test("resume() of a running request goes on with its stream alone mcp:77", () => {
  const { say, streams } = sessionStreams();
  const call = openedRequest(streams);
  const other = openedRequest(streams);
  call.report("progress 1");
  const seen = call.sink.lastId;
  call.detach();
  call.report("progress 2");
  other.report("other");
  say("common");
  const again = new FakeSink();
  joined(streams.resume(seen, again));
  assert.deepEqual(again.received, ["progress 2"]);
  call.answer("answer");
  assert.deepEqual(again.received, ["progress 2", "answer"]);
  assert.equal(again.isClosed, true);
});

Deno.test("resume() of a finished request gives the answer for a minute mcp:78", () => {
  const { clock, streams } = sessionStreams();
  const call = openedRequest(streams);
  call.detach();
  call.answer("answer");
  clock.advance(59_000);
  const again = new FakeSink();
  joined(streams.resume(call.sink.lastId, again));
  assert.deepEqual(again.received, ["answer"]);
  assert.equal(again.isClosed, true);
  clock.advance(2_000);
  assert.equal(streams.resume(call.sink.lastId, new FakeSink()).kind, "unknown_event");
  assert.equal(streams.requestStreams, 0);
});

Deno.test("resume() finds nothing left after the last message of a finished request mcp:78", () => {
  const { streams } = sessionStreams();
  const call = openedRequest(streams);
  const resumed = () => streams.resume(call.sink.lastId, new FakeSink()).kind;
  call.report("progress");
  assert.equal(resumed(), "joined");
  call.end();
  assert.equal(resumed(), "nothing_left");
  assert.equal(streams.open, 0);
});

Deno.test("resume() refuses what it cannot go on with mcp:79", () => {
  const { say, streams } = sessionStreams({ eventLogEventsMax: 4 });
  const sink = new FakeSink();
  joined(streams.listen(sink));
  say("1", "2", "3", "4", "5");
  const refusal = (id: string) => streams.resume(id, new FakeSink()).kind;
  for (const id of ["", "x", "1", "-1/0.tag", "01/0.tag", "1/0.tag ", "1e3/0.tag", "99/0.tag"]) {
    assert.equal(refusal(id), "unknown_event", id);
  }
  assert.equal(refusal("3/0.other"), "unknown_event");
  assert.equal(refusal("3/7.tag"), "unknown_event");
  assert.equal(refusal("0/0.tag"), "event_too_old");
  // Nothing is missing after the newest event that is gone.
  assert.equal(refusal("1/0.tag"), "joined");
  assert.equal(refusal("5/0.tag"), "joined");
});

Deno.test("resume() takes any index between the first and the last of the stream for a place on it mcp:77 mcp:79", () => {
  const { say, streams } = sessionStreams();
  joined(streams.listen(new FakeSink()));
  const call = openedRequest(streams);
  say("1");
  call.report("progress");
  assert.deepEqual(call.sink.ids, ["1/1.tag", "3/1.tag"]);
  const again = new FakeSink();
  joined(streams.resume("2/1.tag", again));
  assert.deepEqual(again.received, ["progress"]);
  assert.equal(streams.resume("0/1.tag", new FakeSink()).kind, "event_too_old");
  assert.equal(streams.resume("3/0.tag", new FakeSink()).kind, "unknown_event");
});

Deno.test("a message said during a replay comes once, after the replayed ones mcp:80", () => {
  const { say, streams } = sessionStreams();
  const first = new FakeSink();
  const detach = joined(streams.listen(first));
  say("1", "2");
  detach();
  const again = new FakeSink();
  const write = again.write.bind(again);
  again.write = (event) => {
    // What a reader of the first replayed event makes the server say.
    if (event.data === "1") say("3");
    return write(event);
  };
  joined(streams.resume(first.ids[0] ?? "", again));
  assert.deepEqual(again.received.toSorted(), ["1", "2", "3"]);
  assert.equal(again.received.at(-1), "3");
});

Deno.test("ids are unique in the session and name their stream mcp:81", () => {
  const { say, streams } = sessionStreams();
  const sinks = [new FakeSink()];
  joined(streams.listen(sinks[0] as FakeSink));
  for (let round = 0; round < 5; round++) {
    const call = openedRequest(streams);
    sinks.push(call.sink);
    say(`common ${round}`);
    call.report("progress");
    call.answer("answer");
  }
  const ids = sinks.flatMap((sink) => sink.ids);
  assert.equal(new Set(ids).size, ids.length);
  for (const sink of sinks) {
    assert.equal(new Set(sink.ids.map((id) => id.split("/")[1])).size, 1);
  }
  for (const id of ids) assert.match(id, /^[\x21-\x7e]+$/);
});
