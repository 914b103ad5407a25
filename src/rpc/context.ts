// What travels with one call: who asks, in which revision, through which session, and how the call
// ends early. Handlers get it and nothing else of the transport; it never holds a header or a token.

import type { Principal } from "../auth/principal.ts";
import type { RequestId } from "../protocol/json_rpc.ts";
import type { ClientCapabilities, ClientInfo, Handshake } from "../protocol/lifecycle.ts";
import type { Revision } from "../protocol/revisions.ts";
import type { Cancellation } from "./cancellation.ts";

/** What the transport knows about a request before it is dispatched. */
export interface CallOrigin {
  readonly principal: Principal;
  readonly revision: Revision;
  /** The namespace the transport was told, unchecked; undefined where none was named. */
  readonly namespace?: string | undefined;
  /** The session's id; undefined on a sessionless request. */
  readonly sessionId?: string | undefined;
  readonly client?: ClientInfo | undefined;
  readonly capabilities?: ClientCapabilities | undefined;
  /** What `initialize` settled; only there. */
  readonly handshake?: Handshake | undefined;
}

/** One call on its way through dispatcher, method and tool. */
export class CallContext {
  readonly requestId: RequestId;
  readonly origin: CallOrigin;
  readonly #cancellation: Cancellation;

  constructor(requestId: RequestId, origin: CallOrigin, cancellation: Cancellation) {
    this.requestId = requestId;
    this.origin = origin;
    this.#cancellation = cancellation;
  }

  /** On whose behalf the call runs. */
  get principal(): Principal {
    return this.origin.principal;
  }

  /** The revision the answer is written in. */
  get revision(): Revision {
    return this.origin.revision;
  }

  /** Aborts on cancellation, deadline and the end of the session. */
  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }
}
