// A peer on a fake clock, with what it sends and the faults it reports.

import { LOCAL_PRINCIPAL } from "../../src/auth/principal.ts";
import { Deadlines } from "../../src/base/deadlines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import type { OutgoingMessage, RpcRequest } from "../../src/protocol/json_rpc.ts";
import { NEWEST_LEGACY_REVISION } from "../../src/protocol/revisions.ts";
import { Dispatcher, type MethodHandler } from "../../src/rpc/dispatcher.ts";
import { Peer } from "../../src/rpc/peer.ts";
import { FakeClock } from "./fake_clock.ts";

/** A caller without a session who declared nothing. */
export const ORIGIN = { principal: LOCAL_PRINCIPAL, revision: NEWEST_LEGACY_REVISION };

/** A peer with these methods; its deadlines come to the millisecond. */
export function buildPeer(methods: Record<string, MethodHandler>, limits: Partial<Limits> = {}) {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock, tickMs: 1 });
  const faults: unknown[] = [];
  const sent: OutgoingMessage[] = [];
  const dispatcher = new Dispatcher(
    new Map(Object.entries(methods)),
    (_method, thrown) => faults.push(thrown),
  );
  const peer = new Peer({
    dispatcher,
    deadlines,
    limits: limitsWith(limits),
    send: (message) => sent.push(message) > 0,
  });
  return { clock, deadlines, faults, peer, sent };
}

/** A request for one of its methods. */
export function request(id: string | number, method = "wait"): RpcRequest {
  return { jsonrpc: "2.0", id, method };
}
