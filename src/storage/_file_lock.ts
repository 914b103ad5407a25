// A lock between processes for the moment in which one of them changes a file. As with the daemon's
// lock, an exclusive SQLite transaction on a file of its own: it excludes every runtime alike, and the
// system frees it however its holder ends.

import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const PRIVATE_FILE = 0o600;
// Who holds it writes one small file.
const WAIT_MS_MAX = 5_000;

/** Runs `change` while nobody else holds the lock; throws SQLite's fault after a wait of five seconds. */
export function withFileLock<T>(path: string, change: () => T): T {
  const database = new DatabaseSync(path, { timeout: WAIT_MS_MAX });
  try {
    chmodSync(path, PRIVATE_FILE);
    database.exec("BEGIN EXCLUSIVE");
    return change();
  } finally {
    // Ends the transaction, too.
    database.close();
  }
}
