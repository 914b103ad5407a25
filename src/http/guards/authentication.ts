// Who asks. Runs before anything of a request is looked at but its path, method, Host and Origin, so
// that a probe sees the same answer as a call. The header goes no further than this file.

import type { RefusalReason } from "../../auth/authenticator.ts";
import { readBearer } from "../../auth/bearer.ts";
import { LOCAL_PRINCIPAL, type Principal } from "../../auth/principal.ts";
import { type Eventually, whenReady } from "../../base/eventually.ts";
import { tooManyResponse } from "../_error_response.ts";
import { unauthorizedResponse } from "../challenge.ts";
import type { Gate } from "../gate.ts";

/** What is known of a request so far. */
export interface Arrival {
  readonly headers: Headers;
  /** Where it comes from, as it is counted; undefined: nobody can tell, and it is not. */
  readonly address: string | undefined;
}

/** Who asks, or the answer that asks for a token. Without a gate, everybody is the user of this machine. */
export function authenticate(
  { headers, address }: Arrival,
  gate: Gate | undefined,
): Eventually<Principal | Response> {
  if (gate === undefined) return LOCAL_PRINCIPAL;
  const { authenticator, failures } = gate;
  const refuse = (reason: RefusalReason | "none"): Response => {
    gate.onRefused(reason);
    if (address !== undefined) failures.refused(address, reason);
    return unauthorizedResponse(gate.challenge, reason !== "none");
  };
  const bearer = readBearer(headers.get("authorization"));
  if (bearer.kind !== "token") return refuse(bearer.kind);
  const waitMs = address === undefined ? 0 : failures.waitMs(address, bearer.token);
  if (waitMs > 0) {
    gate.onHeldBack();
    return tooManyResponse("Too many wrong tokens from this address", waitMs);
  }
  return whenReady(authenticator.authenticate(bearer.token), (outcome) => {
    if (outcome.kind === "refused") return refuse(outcome.reason);
    failures.letIn(outcome.principal, bearer.token);
    return outcome.principal;
  });
}
