// The streams of one session over a clock that stands still, for tests of them without HTTP.

import assert from "node:assert/strict";
import { Deadlines } from "../../src/base/deadlines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import type { DetachSink } from "../../src/session/event_sink.ts";
import { type Joining, SessionStreams } from "../../src/session/session_streams.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeSink } from "./fake_sink.ts";

/** Streams with these limits, and the way to say something on the common one. */
export function sessionStreams(limits: Partial<Limits> = {}, primes = true) {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock });
  const dropped: number[] = [];
  const streams = new SessionStreams({
    clock,
    deadlines,
    limits: limitsWith(limits),
    onDrop: (messages) => dropped.push(messages),
    primes,
    tag: "tag",
  });
  const say = (...messages: string[]) =>
    messages.every((json) => streams.common.publish(json, "notice"));
  return { clock, deadlines, dropped, say, streams };
}

/** The way out of a joining that must have been taken. */
export function joined(joining: Joining): DetachSink {
  assert.equal(joining.kind, "joined");
  return joining.kind === "joined" ? joining.detach : () => {};
}

/** A request's stream with the connection it was opened for, and what its call may say. */
export function openedRequest(streams: SessionStreams, sink = new FakeSink()) {
  const request = streams.openRequest(sink, [1]);
  assert.ok(request);
  const { stream, end } = request;
  return {
    ...request,
    sink,
    report: (...reports: string[]) => reports.every((json) => stream.publish(json, "report")),
    answer(json: string): boolean {
      const isTaken = stream.publish(json, "awaited");
      end();
      return isTaken;
    },
  };
}
