// Where the specification and the CAR 0.8 daemon contradict each other, as a small set of switches. The
// profile is chosen when the server is started and never guessed from a request. Everything that is
// not named here is the same in both.

import { OLDEST_REVISION, type Revision } from "./revisions.ts";

/** How the wire answers where two ancestors disagree. */
export interface WireProfile {
  /** What `initialize` answers whatever it is asked; undefined: what is negotiated. */
  readonly fixedRevision: Revision | undefined;
  /** A notification is answered 200 with `{}`; false: 202 without a body, as the specification wants. */
  readonly answersNotifications: boolean;
  /**
   * A GET opens a session under an id of the client's choice, or under a fresh UUID where it names
   * none; the session is over when its stream is. False: 404 and 400.
   */
  readonly hasListenerSessions: boolean;
  /** The first event of a GET is `notifications/initialized` with the session's id. */
  readonly announcesSession: boolean;
  /** An open stream alone keeps its session alive; false: its client must answer pings. */
  readonly keepsListeners: boolean;
  /** DELETE answers 200 to an id that is not known; false: 404. */
  readonly endsUnknownSessions: boolean;
  /** Only the six tools of CAR 0.8 are offered, whatever `tools.offer` says. */
  readonly offersCoreOnly: boolean;
}

/** What the specification says, and where it is silent, the ancestors. */
export const STANDARD_PROFILE: WireProfile = {
  fixedRevision: undefined,
  answersNotifications: false,
  hasListenerSessions: false,
  announcesSession: false,
  keepsListeners: false,
  endsUnknownSessions: false,
  offersCoreOnly: false,
};

/** The wire of the CAR 0.8 daemon (`--compat car`). */
export const CAR_PROFILE: WireProfile = {
  fixedRevision: OLDEST_REVISION,
  answersNotifications: true,
  hasListenerSessions: true,
  announcesSession: true,
  // The clients of that daemon listen and answer nothing.
  keepsListeners: true,
  endsUnknownSessions: true,
  offersCoreOnly: true,
};
