// What a later process knows of the streams of a session: what was kept, what it is worth, and where it
// has gaps.

import assert from "node:assert/strict";
import { Deadlines } from "../../src/base/deadlines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import type { StoredEvent, StoredStream } from "../../src/session/ports.ts";
import { SessionStreams, type StreamKeeper } from "../../src/session/session_streams.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { FakeSink } from "../helpers/fake_sink.ts";
import { joined, openedRequest } from "../helpers/session_streams.ts";

/** Keeps events in memory, as a store does on disk. */
class MemoryKeeper implements StreamKeeper {
  readonly events = new Map<number, StoredEvent>();
  readonly streams = new Map<string, StoredStream>();

  put({ seq, stream, json, index }: Parameters<StreamKeeper["put"]>[0]): void {
    this.events.set(seq, { seq, stream: stream.name, json, index });
  }
  drop(seq: number): void {
    this.events.delete(seq);
  }
  /** As a store does while no process has the session. */
  erase(text: string): void {
    for (const event of this.events.values()) {
      if (event.json.includes(text)) this.events.set(event.seq, { ...event, json: "" });
    }
  }
  streamOpened(name: string): void {
    this.streams.set(name, { name, requestIds: "[1]", endedMs: undefined });
  }
  streamEnded(name: string, endedMs: number): void {
    this.streams.set(name, { name, requestIds: "", endedMs });
  }
  streamForgotten(name: string): void {
    this.streams.delete(name);
  }
}

/** The streams of a session in one process after the other. */
function processes(limits: Partial<Limits> = {}) {
  const keeper = new MemoryKeeper();
  const dropped: number[] = [];
  let generation = 0;
  const start = (primes = true) => {
    const clock = new FakeClock();
    return new SessionStreams({
      clock,
      deadlines: new Deadlines({ clock }),
      limits: limitsWith(limits),
      onDrop: (messages) => dropped.push(messages),
      primes,
      tag: "tag",
      keeper,
      restored: {
        streams: [...keeper.streams.values()],
        events: [...keeper.events.values()].sort((one, other) => one.seq - other.seq),
      },
      firstNumber: generation++ * 1_000,
    });
  };
  return { dropped, keeper, start };
}

/** What a client that comes back with that id receives. */
function resumed(streams: SessionStreams, id: string): string[] {
  const sink = new FakeSink();
  joined(streams.resume(id, sink));
  return sink.received;
}

const question = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
const progress = (at: number) => {
  return `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":${at}}}`;
};

Deno.test("resume() from the priming event is taken by the next process mcp:76", () => {
  const { start } = processes({ eventLogEventsMax: 3 });
  const first = start();
  for (const json of ["1", "2", "3"]) first.common.publish(json, "notice");
  const cut = new FakeSink(1);
  joined(first.listen(cut));
  for (let restart = 0; restart < 2; restart++) {
    assert.deepEqual(resumed(start(), cut.lastId), ["1", "2", "3"]);
  }
});

Deno.test("what a connection did not take waits in the next process, too", () => {
  const { start } = processes();
  const first = start();
  for (const json of ["1", "2"]) first.common.publish(json, "notice");
  const slow = new FakeSink(2);
  joined(first.listen(slow));
  assert.deepEqual(slow.received, ["1"]);
  const fresh = new FakeSink();
  joined(start().listen(fresh));
  assert.deepEqual(fresh.received, ["2"]);
});

Deno.test("resume() over a gap for want of room is refused by the next process, too mcp:79", () => {
  const { start } = processes({ eventLogEventsMax: 3 });
  const first = start();
  const sink = new FakeSink();
  joined(first.listen(sink));
  for (const json of ["1", "2", "3", "4", "5"]) first.common.publish(json, "notice");
  const next = start();
  const [priming = "", one = "", two = ""] = sink.ids;
  for (const id of [priming, one]) {
    assert.equal(next.resume(id, new FakeSink()).kind, "event_too_old");
  }
  assert.deepEqual(resumed(next, two), ["3", "4", "5"]);
});

Deno.test("resume() over a gap of a message that nobody got is refused by the next process, too mcp:79", () => {
  const { start } = processes({ eventLogEventsMax: 3 });
  const first = start();
  const cut = new FakeSink(1);
  joined(first.listen(cut));
  for (const json of ["1", "2", "3", "4"]) first.common.publish(json, "notice");
  assert.equal(first.resume(cut.lastId, new FakeSink()).kind, "event_too_old");
  const next = start();
  assert.equal(next.resume(cut.lastId, new FakeSink()).kind, "event_too_old");
  const fresh = new FakeSink();
  joined(next.listen(fresh));
  assert.deepEqual(fresh.received, ["2", "3", "4"]);
});

Deno.test("resume() over a gap of dropWhere() is refused by the next process, too mcp:79", () => {
  const { start } = processes();
  const first = start();
  const sink = new FakeSink();
  const detach = joined(first.listen(sink));
  for (const json of ["1", "secret 2", "3"]) first.common.publish(json, "notice");
  detach();
  first.dropWhere((json) => json.includes("secret"));
  const next = start();
  const [, one = "", two = ""] = sink.ids;
  assert.equal(next.resume(one, new FakeSink()).kind, "event_too_old");
  assert.deepEqual(resumed(next, two), ["3"]);
});

Deno.test("resume() over a waiting message that dropWhere() took is refused by the next process, too mcp:79", () => {
  const { start } = processes();
  const first = start();
  const sink = new FakeSink();
  const detach = joined(first.listen(sink));
  first.common.publish("1", "notice");
  detach();
  for (const json of ["secret 2", "3"]) first.common.publish(json, "notice");
  first.dropWhere((json) => json.includes("secret"));
  const next = start();
  assert.equal(next.resume(sink.lastId, new FakeSink()).kind, "event_too_old");
  const fresh = new FakeSink();
  joined(next.listen(fresh));
  assert.deepEqual(fresh.received, ["3"]);
});

Deno.test("resume() over what was erased while no process had the session is refused mcp:79", () => {
  const { keeper, start } = processes();
  const sink = new FakeSink();
  const first = start();
  joined(first.listen(sink));
  for (const json of ["1", "2", "secret 3", "4", "secret 5", "6"]) {
    first.common.publish(json, "notice");
  }
  keeper.erase("secret");
  // What one process makes of it, the next one knows.
  for (let restart = 0; restart < 2; restart++) {
    const next = start();
    const kinds = sink.ids.slice(0, 5).map((id) => next.resume(id, new FakeSink()).kind);
    assert.deepEqual(kinds, Array(5).fill("event_too_old"));
    assert.deepEqual(resumed(next, sink.ids[5] ?? ""), ["6"]);
    const kept = [...keeper.events.values()].map(({ json }) => json);
    assert.deepEqual(kept, ["", "6"]);
  }
});

Deno.test("resume() over what was erased while it waited is refused, and the rest is sent mcp:79", () => {
  const { keeper, start } = processes();
  const first = start();
  const sink = new FakeSink();
  const detach = joined(first.listen(sink));
  first.common.publish("1", "notice");
  detach();
  for (const json of ["secret 2", "3", "secret 4"]) first.common.publish(json, "notice");
  keeper.erase("secret");
  const next = start();
  for (const id of sink.ids) assert.equal(next.resume(id, new FakeSink()).kind, "event_too_old");
  const fresh = new FakeSink();
  const stop = joined(next.listen(fresh));
  assert.deepEqual(fresh.received, ["3"]);
  next.common.publish("5", "notice");
  stop();
  const last = start();
  assert.equal(last.resume(sink.lastId, new FakeSink()).kind, "event_too_old");
  assert.deepEqual(resumed(last, fresh.ids[0] ?? ""), ["3", "5"]);
});

for (const primes of [true, false]) {
  const form = primes ? "with" : "without";
  Deno.test(`an answer is reached from a report that is gone, by the next process, too, ${form} priming mcp:78`, () => {
    const { start } = processes({ eventLogEventsMax: 2 });
    const first = start(primes);
    const call = openedRequest(first);
    call.report(progress(1), progress(2));
    const seen = call.sink.lastId;
    call.detach();
    call.report(progress(3), progress(4));
    call.answer("answer");
    assert.deepEqual(resumed(first, seen), [progress(4), "answer"]);
    const next = start(primes);
    assert.deepEqual(resumed(next, seen), [progress(4), "answer"]);
    assert.deepEqual(resumed(next, call.sink.ids[0] ?? ""), [progress(4), "answer"]);
  });
}

Deno.test("the next process tells questions and reports from what else waits", () => {
  const { start } = processes({ eventLogEventsMax: 4 });
  const first = start();
  first.common.publish(question(1), "awaited");
  first.common.publish("notice", "notice");
  const call = openedRequest(first, new FakeSink(1));
  call.report(progress(1), progress(2));
  const next = start();
  // The request that was cut off by the restart is answered now, which takes the place of a report.
  const seen = call.sink.lastId;
  assert.match(resumed(next, seen).join(), /^[^\n]*"progress":2[^\n]*restarted/);
  next.common.publish("later", "notice");
  next.common.publish("last", "notice");
  next.common.publish("very last", "notice");
  const fresh = new FakeSink();
  joined(next.listen(fresh));
  assert.deepEqual(fresh.received, [question(1), "later", "last", "very last"]);
});

Deno.test("the next process goes on where what was kept is no JSON", () => {
  const { keeper, start } = processes();
  start().common.publish("{", "notice");
  assert.equal(keeper.events.size, 1);
  const fresh = new FakeSink();
  joined(start().listen(fresh));
  assert.deepEqual(fresh.received, ["{"]);
});

Deno.test("the next process counts what was kept in bytes, not in characters mcp:84", () => {
  const { dropped, start } = processes({ eventLogBytesMax: 10 });
  start().common.publish('"ééé"', "notice");
  const next = start();
  next.common.publish("123", "notice");
  assert.deepEqual(dropped, [1]);
  assert.equal(next.events, 1);
});

Deno.test("a stream that is forgotten leaves nothing with its keeper", () => {
  const { keeper, start } = processes({ eventLogEventsMax: 1 });
  const streams = start();
  const calls = [openedRequest(streams), openedRequest(streams)];
  for (const call of calls) call.end();
  assert.deepEqual([...keeper.streams.keys()], [calls[1]?.stream.name]);
  assert.deepEqual([...keeper.events.values()].map(({ stream }) => stream), [
    calls[1]?.stream.name,
  ]);
});
