// An audit that keeps what it is told, for tests of whoever tells it.

import type { Actor, AuditEntry, AuditLog } from "../../src/memory/audit_log.ts";

/** What was noted, in order. */
export class NotedEntries implements AuditLog {
  readonly noted: { readonly by: Actor; readonly entries: readonly AuditEntry[] }[] = [];

  note(by: Actor, entries: readonly AuditEntry[]): void {
    this.noted.push({ by, entries });
  }

  /** Everything since the last time, each as "action name", with "< cause" where it has one. */
  take(): readonly string[] {
    return this.noted.splice(0).flatMap(({ entries }) => entries).map(({ action, name, cause }) =>
      [action, ...(name === undefined ? [] : [name]), ...(cause === undefined ? [] : ["<", cause])]
        .join(" ")
    );
  }
}
