// What the handlers of the endpoint share: the long-lived parts they work with, and what is known of
// one request once its headers were read.

import type { Principal } from "../auth/principal.ts";
import type { PrincipalShares } from "../auth/principal_shares.ts";
import type { Deadlines } from "../base/deadlines.ts";
import type { Limits } from "../base/limits.ts";
import type { RpcRequest } from "../protocol/json_rpc.ts";
import type { HeaderLookup } from "../protocol/mirrored_headers.ts";
import type { WireProfile } from "../protocol/profile.ts";
import type { CallPlace } from "../rpc/context.ts";
import type { Dispatcher } from "../rpc/dispatcher.ts";
import type { InputRoundsParts } from "../rpc/input_rounds.ts";
import type { SessionMap } from "../session/session_map.ts";
import type { BodyBudget } from "./body_budget.ts";
import type { Acceptance } from "./guards/media_types.ts";
import type { SessionIdReading } from "./guards/session_id.ts";
import type { InFlight } from "./in_flight.ts";
import type { Gate } from "./gate.ts";
import type { Rates } from "./rates.ts";
import type { StreamSet } from "./sse.ts";

/** What serves the stateless revisions alone. */
export interface ModernParts {
  readonly dispatcher: Dispatcher;
  readonly rounds: InputRoundsParts;
  /** Why the headers of a request do not fit its arguments; undefined if they do. */
  readonly complaintAboutArguments: (
    request: RpcRequest,
    header: HeaderLookup,
    caller: Pick<Caller, "principal" | "place">,
  ) => string | undefined;
}

/** The permissions that a request needs and a caller could fetch; empty: it may be made. */
export type MissingPermissions = (
  request: RpcRequest,
  caller: Pick<Caller, "principal" | "place">,
) => readonly string[];

/** The long-lived parts behind the endpoint. */
export interface EndpointParts {
  /** Undefined: there is no authentication. */
  readonly gate: Gate | undefined;
  /** Undefined: there is one user, who may send as much as the machine takes. */
  readonly rates: Rates | undefined;
  /** What one principal may hold at once; undefined: there is one principal. */
  readonly shares: PrincipalShares | undefined;
  readonly missingPermissions: MissingPermissions;
  /** The methods of the revisions with a handshake. */
  readonly dispatcher: Dispatcher;
  readonly modern: ModernParts;
  readonly sessions: SessionMap;
  readonly streams: StreamSet;
  readonly deadlines: Deadlines;
  /** How long an answer may take before its POST becomes a stream; finer than `deadlines`. */
  readonly patience: Deadlines;
  /** That time, in milliseconds (`streams.openAfterMs`); 0: even an answer that is there is streamed. */
  readonly openAfterMs: number;
  readonly inFlight: InFlight;
  /** Runs for a response that answers no question of ours: late, repeated, or somebody else's. */
  readonly onUnexpectedResponse: () => void;
  readonly limits: Limits;
  readonly budget: BodyBudget;
  /** Refuse requests without a session instead of serving them (`http.requireSession`). */
  readonly requireSession: boolean;
  /** Whether clients may lend tools to others (`clientTools.enabled`). */
  readonly takesClientTools: boolean;
  /** What is answered where the ancestors disagree (`compat`). */
  readonly profile: WireProfile;
  /** Whether the server is reached from this machine alone, so that paths of callers mean something. */
  readonly isLoopback: boolean;
}

/** What the headers of a request said. */
export interface Caller {
  readonly principal: Principal;
  readonly session: SessionIdReading;
  /** The version header as it came; null where there was none. */
  readonly version: string | null;
  readonly place: CallPlace;
  readonly accept: Acceptance;
}

/** What those of a GET said. */
export interface ListeningCaller extends Caller {
  /** The event after which it goes on, as it came; null where there was none. */
  readonly lastEventId: string | null;
}
