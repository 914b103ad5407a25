// What is reported of sessions: one line and one count when they open, and when they end.

import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Session } from "./session.ts";
import type { SessionObserver } from "./session_map.ts";

/** An observer that counts sessions and logs a line for each that opens or ends. */
export function sessionObserver(log: Log, metrics: Metrics): SessionObserver {
  // A session id opens the session, so a line shows only enough of it to tell two apart.
  // One that a client chose may be anything.
  const shortId = (session: Session) =>
    session.endsWithStream ? "listener" : session.id.slice(0, 8);
  return {
    opened(session) {
      metrics.sessionOpened();
      const { revision, client } = session.handshake;
      log.info("session opened", {
        session: shortId(session),
        revision: revision.name,
        client: shownName(client?.name),
        clientVersion: shownName(client?.version),
      });
    },
    restored(session) {
      metrics.sessionRestored();
      log.info("session restored", { session: shortId(session) });
    },
    ended(session, reason) {
      metrics.sessionEnded(reason);
      log.info("session ended", { session: shortId(session), reason });
    },
  };
}

// What programs call themselves is worth a line; what a user may have put there instead is not.
const PROGRAM_NAME = /^[\w.@/+ -]{1,64}$/;

function shownName(name: string | undefined): string | undefined {
  return name === undefined || PROGRAM_NAME.test(name) ? name : "unusual";
}
