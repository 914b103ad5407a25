// A JSON-RPC batch (JSON-RPC 2.0 section 6; MCP 2025-03-26 only): its messages run side by side, each
// request gets one answer, and what is no message gets its own error. `initialize` never stands in
// one (2025-03-26, "Lifecycle").

import type { Limits } from "../base/limits.ts";
import { INVALID_REQUEST } from "../protocol/error_codes.ts";
import {
  type Envelope,
  errorResponse,
  readEnvelope,
  type RequestId,
  type RpcError,
  type RpcNotification,
  type RpcResponse,
} from "../protocol/json_rpc.ts";
import type { CallOrigin } from "./context.ts";
import type { CallOutlet } from "./outlet.ts";
import type { Peer } from "./peer.ts";

/** A batch that may run, or the answer to one that may not. */
export type BatchReading =
  | { readonly ok: true; readonly envelopes: readonly Envelope[] }
  | { readonly ok: false; readonly error: RpcError };

/** Checks a batch as a whole and reads its messages. */
export function readBatch(values: readonly unknown[], limits: Limits): BatchReading {
  if (values.length === 0) return refused("A batch holds at least one message");
  const most = limits.batchMessagesMax;
  if (values.length > most) {
    return refused(`A batch holds at most ${most} messages, this one ${values.length}`);
  }
  const envelopes = values.map(readEnvelope);
  const hasInitialize = envelopes.some((envelope) =>
    envelope.kind === "request" && envelope.message.method === "initialize"
  );
  if (hasInitialize) return refused('"initialize" cannot be part of a batch');
  return { ok: true, envelopes: refuseRepeatedIds(envelopes) };
}

/** The ids of the requests among messages. */
export function requestIdsOf(envelopes: readonly Envelope[]): readonly RequestId[] {
  return envelopes.flatMap((envelope) => envelope.kind === "request" ? [envelope.message.id] : []);
}

/** Where the messages of a batch run. */
export interface BatchExchange {
  readonly peer: Peer;
  readonly origin: CallOrigin;
  /** Where its calls say what comes before their answers. */
  readonly outlet: CallOutlet | undefined;
  /** Takes one notification. */
  readonly onNotification: (notification: RpcNotification) => void;
  /** Runs for a response that answers no question of ours. */
  readonly onStray: () => void;
}

/** Runs a batch; the answers in the order of the requests, none for notifications. */
export async function runBatch(
  envelopes: readonly Envelope[],
  exchange: BatchExchange,
): Promise<readonly RpcResponse[]> {
  const answers = await Promise.all(envelopes.map((envelope) => runOne(envelope, exchange)));
  return answers.filter((answer) => answer !== undefined);
}

/** All requests of a batch are in flight together, so the second with an id is refused. */
function refuseRepeatedIds(envelopes: readonly Envelope[]): readonly Envelope[] {
  const ids = new Set<RequestId>();
  return envelopes.map((envelope) => {
    if (envelope.kind !== "request") return envelope;
    const { id } = envelope.message;
    if (!ids.has(id)) {
      ids.add(id);
      return envelope;
    }
    const message = "Another request of the batch has this id";
    return { kind: "invalid", error: errorResponse(id, { code: INVALID_REQUEST, message }) };
  });
}

async function runOne(
  envelope: Envelope,
  { peer, origin, outlet, onNotification, onStray }: BatchExchange,
): Promise<RpcResponse | undefined> {
  switch (envelope.kind) {
    case "invalid":
      return envelope.error;
    case "notification":
      onNotification(envelope.message);
      return undefined;
    case "response":
      if (!peer.handleResponse(envelope.message)) onStray();
      return undefined;
    case "request": {
      const outcome = await peer.handleRequest(envelope.message, origin, outlet);
      return outcome.kind === "cancelled" ? undefined : outcome.response;
    }
  }
}

function refused(message: string): BatchReading {
  return { ok: false, error: errorResponse(null, { code: INVALID_REQUEST, message }) };
}
