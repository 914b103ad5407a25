// The port between a connection and its wire: a child process or an HTTP endpoint. A channel carries
// whole messages both ways and says once when it is over; it knows nothing of what they mean.

import type {
  OutgoingMessage,
  RequestId,
  RpcNotification,
  RpcRequest,
  RpcResponse,
} from "../protocol/json_rpc.ts";
import type { MirroredArgument } from "../protocol/mirrored_arguments.ts";

/** A message of the mounted server. */
export type ArrivedMessage =
  | { readonly kind: "request"; readonly message: RpcRequest }
  | { readonly kind: "notification"; readonly message: RpcNotification }
  | { readonly kind: "response"; readonly message: RpcResponse };

/** Something that came and is no message that can be used. */
export interface Garbage {
  readonly fault: "noise" | "too_long" | "too_deep";
  /** The request of ours that it answers, where that could be made out. */
  readonly id: RequestId | undefined;
}

/** Is told what comes. */
export interface ChannelEvents {
  /** `during`: the request of ours on whose stream it came, where the wire tells. */
  onMessage(arrived: ArrivedMessage, during?: RequestId): void;
  onGarbage(garbage: Garbage): void;
  /** The channel is over, and why; runs once. */
  onEnd(why: string): void;
}

/** A wire to one mounted server. */
export interface Channel {
  /** Takes a message; false if it cannot be delivered. */
  send(message: OutgoingMessage | RpcResponse): boolean;
  /** Says which revision was settled, for wires that carry its name. */
  settle(revision: string): void;
  /** Says which arguments of tools are repeated in headers, for wires that have such. */
  mirror(tools: ReadonlyMap<string, readonly MirroredArgument[]>): void;
  /** Ends it; resolves when the other side has ended, and is safe to call twice. */
  close(): Promise<void>;
}

/** Opens a wire; a wire that cannot be opened ends at once. */
export type OpenChannel = (events: ChannelEvents) => Channel;
