// A connection to a mounted server whose lines are written by the test.

import { Deadlines } from "../../src/base/deadlines.ts";
import { limitsWith } from "../../src/base/limits.ts";
import { createLog } from "../../src/observe/log.ts";
import type { OutgoingMessage, RpcResponse } from "../../src/protocol/json_rpc.ts";
import { readMessages } from "../../src/upstream/read_messages.ts";
import type { ChannelEvents } from "../../src/upstream/channel.ts";
import { Connection } from "../../src/upstream/connection.ts";
import { FakeClock } from "./fake_clock.ts";

/** A connection, what it sent, and the way to say something to it. */
export function lineConnection() {
  const clock = new FakeClock();
  const sent: (OutgoingMessage | RpcResponse)[] = [];
  const noticed: string[] = [];
  const limits = limitsWith();
  let events: ChannelEvents | undefined;
  const connection = new Connection({
    name: "box",
    limits,
    deadlines: new Deadlines({ clock, tickMs: 1 }),
    log: createLog({ level: "error", format: "json", clock, write: () => {} }),
    onNotification: ({ method }) => noticed.push(method),
    openChannel(given) {
      events = given;
      return {
        send: (message) => sent.push(message) > 0,
        settle: () => {},
        mirror: () => {},
        close: () => Promise.resolve(),
      };
    },
  });
  return {
    clock,
    connection,
    noticed,
    sent,
    line: (text: string) => events && readMessages(text, limits, events),
    end: (why: string) => events?.onEnd(why),
  };
}
