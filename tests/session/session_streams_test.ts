import assert from "node:assert/strict";
import { limitsWith } from "../../src/base/limits.ts";
import { CommonStream } from "../../src/session/common_stream.ts";
import type { EventSink } from "../../src/session/event_sink.ts";

class FakeSink implements EventSink {
  readonly received: string[] = [];
  isClosed = false;
  room = Infinity;

  write(json: string): boolean {
    if (this.isClosed || this.received.length >= this.room) return false;
    this.received.push(json);
    return true;
  }

  close(): void {
    this.isClosed = true;
  }
}

Deno.test("CommonStream keeps messages until somebody listens, in order", () => {
  const stream = new CommonStream(limitsWith());
  assert.equal(stream.publish("1"), true);
  assert.equal(stream.publish("2"), true);
  const sink = new FakeSink();
  stream.attach(sink);
  stream.publish("3");
  assert.deepEqual(sink.received, ["1", "2", "3"]);
  assert.equal(stream.waiting, 0);
});

Deno.test("CommonStream writes each message to one stream, the primary", () => {
  const stream = new CommonStream(limitsWith());
  const [primary, shadow] = [new FakeSink(), new FakeSink()];
  const detachPrimary = stream.attach(primary);
  stream.attach(shadow);
  stream.publish("1");
  detachPrimary?.();
  detachPrimary?.();
  stream.publish("2");
  assert.deepEqual(primary.received, ["1"]);
  assert.deepEqual(shadow.received, ["2"]);
});

Deno.test("CommonStream closes a stream that takes no more and loses nothing", () => {
  const stream = new CommonStream(limitsWith());
  const [slow, older, newest] = [new FakeSink(), new FakeSink(), new FakeSink()];
  for (const sink of [slow, older, newest]) stream.attach(sink);
  slow.room = 1;
  for (const json of ["1", "2", "3"]) stream.publish(json);
  assert.equal(slow.isClosed, true);
  assert.deepEqual(slow.received, ["1"]);
  assert.deepEqual(newest.received, ["2", "3"]);
  assert.deepEqual(older.received, []);
  assert.equal(stream.streams, 2);
});

Deno.test("CommonStream drops the oldest message beyond the bound of events and says so", () => {
  const dropped: number[] = [];
  const limits = limitsWith({ eventLogEventsMax: 2 });
  const stream = new CommonStream(limits, (messages) => dropped.push(messages));
  for (const json of ["1", "2", "3"]) stream.publish(json);
  const sink = new FakeSink();
  stream.attach(sink);
  assert.deepEqual(sink.received, ["2", "3"]);
  assert.deepEqual(dropped, [1]);
});

Deno.test("CommonStream bounds what waits by bytes, not by characters", () => {
  const stream = new CommonStream(limitsWith({ eventLogBytesMax: 10 }));
  stream.publish("ééé");
  stream.publish("éé");
  assert.equal(stream.waiting, 2);
  stream.publish("x");
  assert.equal(stream.waiting, 2);
});

Deno.test("CommonStream refuses more streams than the bound", () => {
  const stream = new CommonStream(limitsWith({ shadowStreamsMax: 1 }));
  assert.ok(stream.attach(new FakeSink()));
  const detach = stream.attach(new FakeSink());
  assert.equal(stream.attach(new FakeSink()), undefined);
  detach?.();
  assert.ok(stream.attach(new FakeSink()));
});

Deno.test("CommonStream takes nothing after close and ends its streams", () => {
  const stream = new CommonStream(limitsWith());
  const sink = new FakeSink();
  stream.attach(sink);
  stream.close();
  stream.close();
  assert.equal(sink.isClosed, true);
  assert.equal(stream.publish("late"), false);
  assert.equal(stream.attach(new FakeSink()), undefined);
});
