// Ties what is lent to the sessions: they lend from their beginning to their end, also those of an earlier
// process that go on.

import type { SessionObserver } from "../session/session_map.ts";
import type { LentTools } from "./lent_tools.ts";

/** The observer, who also has sessions lend what they declare; `lent` is undefined where none may. */
export function lendingObserver(
  observer: SessionObserver,
  lent: LentTools | undefined,
): SessionObserver {
  if (lent === undefined) return observer;
  return {
    opened(session) {
      observer.opened(session);
      lent.lend(session);
    },
    restored(session) {
      observer.restored(session);
      lent.lend(session);
    },
    ended(session, reason) {
      lent.takeBack(session);
      observer.ended(session, reason);
    },
  };
}
