// Who asks. Runs before anything of a request is looked at but its path, method, Host and Origin, so
// that a probe sees the same answer as a call. The header goes no further than this file.

import { readBearer } from "../../auth/bearer.ts";
import { LOCAL_PRINCIPAL, type Principal } from "../../auth/principal.ts";
import { type Eventually, whenReady } from "../../base/eventually.ts";
import { unauthorizedResponse } from "../challenge.ts";
import type { Gate } from "../gate.ts";

/** Who asks, or the answer that asks for a token. Without a gate, everybody is the user of this machine. */
export function authenticate(
  headers: Headers,
  gate: Gate | undefined,
): Eventually<Principal | Response> {
  if (gate === undefined) return LOCAL_PRINCIPAL;
  const bearer = readBearer(headers.get("authorization"));
  if (bearer.kind !== "token") {
    gate.onRefused(bearer.kind);
    return unauthorizedResponse(gate.challenge, bearer.kind === "malformed");
  }
  return whenReady(gate.authenticator.authenticate(bearer.token), (outcome) => {
    if (outcome.kind === "known") return outcome.principal;
    gate.onRefused(outcome.reason);
    return unauthorizedResponse(gate.challenge, true);
  });
}
