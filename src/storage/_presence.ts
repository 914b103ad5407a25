// Whether other processes use the same files. Each holds a shared lock on a file of its own for as long as
// it lives, which the system frees however it ends; whoever gets the exclusive one is alone.

import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isBusyFault } from "./_sqlite_fault.ts";

/** This process among those that use the files. */
export interface Presence {
  /** Runs `task` while nobody else is there or can come; undefined, and not run, if somebody is. */
  whenAlone<T>(task: () => T): T | undefined;
  /** Safe to call twice. */
  close(): void;
}

const PRIVATE_FILE = 0o600;
// Who is alone looks through one table.
const WAIT_MS_MAX = 5_000;

/** Says that this process is there; throws SQLite's fault if the file cannot be locked. */
export function openPresence(path: string): Presence {
  const database = new DatabaseSync(path, { timeout: WAIT_MS_MAX });
  const enter = () => {
    // An open read holds the shared lock.
    database.exec(`PRAGMA busy_timeout = ${WAIT_MS_MAX}; BEGIN`);
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
  };
  const leave = () => database.exec("ROLLBACK");
  const isAlone = () => {
    try {
      database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
      return true;
    } catch (fault) {
      if (isBusyFault(fault)) return false;
      throw fault;
    }
  };
  try {
    chmodSync(path, PRIVATE_FILE);
    enter();
  } catch (fault) {
    database.close();
    throw fault;
  }
  let isOpen = true;
  return {
    whenAlone(task) {
      leave();
      try {
        if (!isAlone()) return undefined;
        try {
          return task();
        } finally {
          leave();
        }
      } finally {
        enter();
      }
    },
    close() {
      if (isOpen) database.close();
      isOpen = false;
    },
  };
}
