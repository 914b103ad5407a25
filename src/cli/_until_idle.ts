// The end of a daemon that no person started: some time after the last client has gone.

import type { App } from "../app.ts";
import type { Clock } from "../base/clock.ts";

// So often is looked within the time; nobody counts the minutes.
const LOOKS = 30;

/** Resolves when no client was there, and no request came, for that long. */
export function untilIdle(
  app: Pick<App, "activity">,
  idleMs: number,
  clock: Clock,
): Promise<void> {
  return new Promise((resolve) => {
    let idleSinceMs = clock.monotonicMs();
    let requests = -1;
    const look = () => {
      const activity = app.activity();
      const isBusy = activity.requests !== requests || activity.sessions + activity.streams > 0;
      requests = activity.requests;
      const nowMs = clock.monotonicMs();
      if (isBusy) idleSinceMs = nowMs;
      if (nowMs - idleSinceMs >= idleMs) resolve();
      else clock.after(idleMs / LOOKS, look);
    };
    look();
  });
}
