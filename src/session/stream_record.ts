// One stream as the log of its session knows it: what waits, what was sent and may be asked for again,
// and from which places a client can go on. A place is taken as long as nothing that counts is missing
// after it, whether or not its own event is still kept.

import type { MessageKind } from "./message_kind.ts";

/** One message. */
export interface LoggedEvent {
  /** Its place among all messages of the session, in the order they were said. */
  readonly seq: number;
  readonly stream: StreamRecord;
  readonly json: string;
  /** What is kept of it beyond the process; undefined: the message itself. */
  readonly keptJson?: string | undefined;
  readonly bytes: number;
  /** What it is on its stream. */
  readonly kind: MessageKind;
  /** Its place among all events that were sent; undefined while it waits. */
  index: number | undefined;
}

/** One stream. */
export interface StreamRecord {
  readonly name: string;
  /** It belongs to requests: its reports may be missing, their answers may not. */
  readonly isOfRequest: boolean;
  /** Said and not sent yet, oldest first. */
  readonly waiting: Set<LoggedEvent>;
  /** Sent and still kept, oldest first; none of them from before `earliest`. */
  readonly sent: Set<LoggedEvent>;
  /** The lowest index to go on after; Infinity while nothing was sent. */
  earliest: number;
  /** The highest index that was given out, -1 if none was. */
  newest: number;
  /** The key under which `earliest` is kept beyond the process, once it is. */
  markSeq: number | undefined;
}

/** What to send again after an index, or why that cannot be said. */
export type Replay =
  | { readonly kind: "events"; readonly events: readonly LoggedEvent[] }
  | { readonly kind: "unknown" }
  | { readonly kind: "too_old" };

/** A stream that said nothing yet. */
export function newStreamRecord(
  { name, isOfRequest }: Pick<StreamRecord, "name" | "isOfRequest">,
): StreamRecord {
  return {
    name,
    isOfRequest,
    waiting: new Set(),
    sent: new Set(),
    earliest: Infinity,
    newest: -1,
    markSeq: undefined,
  };
}

/** What was sent on a stream after that index. */
export function replayAfter({ sent, earliest, newest }: StreamRecord, index: number): Replay {
  if (index > newest) return { kind: "unknown" };
  if (index < earliest) return { kind: "too_old" };
  const events = [...sent].filter((event) => (event.index ?? -1) > index);
  return { kind: "events", events };
}
