// What a later process knows of the streams of a session: what was kept, and where it has gaps.

import assert from "node:assert/strict";
import { Deadlines } from "../../src/base/deadlines.ts";
import { limitsWith } from "../../src/base/limits.ts";
import type { StoredEvent } from "../../src/session/ports.ts";
import { SessionStreams, type StreamKeeper } from "../../src/session/session_streams.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { FakeSink } from "../helpers/fake_sink.ts";
import { joined } from "../helpers/session_streams.ts";

/** Keeps events in memory, as a store does on disk. */
class MemoryKeeper implements StreamKeeper {
  readonly events = new Map<number, StoredEvent>();

  put({ seq, stream, json, index }: Parameters<StreamKeeper["put"]>[0]): void {
    this.events.set(seq, { seq, stream: stream.name, json, index });
  }
  drop({ seq }: Parameters<StreamKeeper["drop"]>[0]): void {
    this.events.delete(seq);
  }
  streamOpened(): void {}
  streamEnded(): void {}
  streamForgotten(): void {}
}

function streamsOver(keeper: MemoryKeeper, generation: number): SessionStreams {
  const clock = new FakeClock();
  return new SessionStreams({
    clock,
    deadlines: new Deadlines({ clock }),
    limits: limitsWith({ eventLogEventsMax: 3 }),
    onDrop: () => {},
    primes: true,
    tag: "tag",
    keeper,
    restored: { streams: [], events: [...keeper.events.values()] },
    firstNumber: generation * 1_000,
  });
}

Deno.test("resume() over a gap is refused by the next process, too mcp:79", () => {
  const keeper = new MemoryKeeper();
  const first = streamsOver(keeper, 0);
  for (const json of ["1", "2", "3"]) first.common.publish(json);
  const cut = new FakeSink(1);
  joined(first.listen(cut));
  // The log is full of what waits and of the id that the client was given; "1" is gone for good.
  assert.equal(first.resume(cut.lastId, new FakeSink()).kind, "event_too_old");
  const next = streamsOver(keeper, 1);
  assert.equal(next.resume(cut.lastId, new FakeSink()).kind, "unknown_event");
  const fresh = new FakeSink();
  joined(next.listen(fresh));
  assert.deepEqual(fresh.received, ["2", "3"]);
});
