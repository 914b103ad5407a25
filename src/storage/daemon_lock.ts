// One daemon to a home. The lock is an exclusive SQLite transaction on a file of its own: it excludes
// every runtime alike, and the system frees it however the process ends.

import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { CarError, messageOf } from "../base/errors.ts";

/** A held lock. */
export interface DaemonLock {
  /** Gives the lock back; safe to call twice. */
  release(): void;
}

const PRIVATE_FILE = 0o600;

/** Takes the lock; throws CarError `daemon_running` when it is held, `home_unusable` when it cannot be. */
export function acquireDaemonLock(path: string): DaemonLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    chmodSync(path, PRIVATE_FILE);
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch (thrown) {
    database?.close();
    throw lockFault(path, thrown);
  }
  const held = database;
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      held.exec("ROLLBACK");
      held.close();
    },
  };
}

function lockFault(path: string, thrown: unknown): CarError {
  // Both runtimes put SQLite's own words into the message; only Deno's errors carry the code.
  if (/database is locked|SQLITE_BUSY/i.test(messageOf(thrown))) {
    return new CarError("daemon_running", "Another daemon serves this home", { cause: thrown });
  }
  const message = `Cannot lock ${path}: ${messageOf(thrown)}`;
  return new CarError("home_unusable", message, { cause: thrown });
}
