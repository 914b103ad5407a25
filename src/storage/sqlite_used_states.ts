// Which request states were used, kept beside the key that sealed them: a person's yes must not count
// twice because the server was started again in between, or because two processes serve one home. The
// file is opened when the first state is used, which most installations never do.

import type { UsedStates } from "../auth/used_states.ts";
import type { Clock } from "../base/clock.ts";
import { openConnection, type OpenedFile } from "./_connection.ts";
import type { Migration } from "./migrations.ts";

/** Options of `createSqliteUsedStates`. */
export interface SqliteUsedStatesOptions {
  /** The file; its folder exists. Created with mode 0600. */
  readonly path: string;
  readonly clock: Clock;
  /** States that are remembered at the same time; above it none is taken. */
  readonly most: number;
}

const SCHEMA = `
CREATE TABLE used_states (
  id TEXT PRIMARY KEY,
  expires INTEGER NOT NULL             -- UTC milliseconds, from when on it is refused anyway
) STRICT, WITHOUT ROWID;
CREATE INDEX used_states_by_expiry ON used_states (expires);
`;
const MIGRATIONS: readonly Migration[] = [
  { version: 1, brings: "the states that were used", sql: SCHEMA },
];
// Another process holds the lock for one row.
const BUSY_WAIT_MS = 250;
const CHECKPOINT_PAGES = 1_000;

interface OpenStates extends OpenedFile {
  use(id: string, expiresMs: number, nowMs: number): "first" | "used" | "full";
}

/**
 * The states used of a home. `use()` throws CarError `storage_failed`, `storage_damaged` or
 * `storage_newer` where it cannot remember; then the state counts as not used and must not be taken.
 */
export function createSqliteUsedStates(
  { path, clock, most }: SqliteUsedStatesOptions,
): UsedStates & { close(): void } {
  let states: OpenStates | undefined;
  return {
    use(id, expiresMs) {
      states ??= openStates(path, most);
      return states.use(id, expiresMs, clock.now());
    },
    close() {
      states?.close();
      states = undefined;
    },
  };
}

function openStates(path: string, most: number): OpenStates {
  const opened = openConnection({
    path,
    // What was answered is only then taken, so it has to be on disk by then.
    durability: "full",
    migrations: MIGRATIONS,
    busyWaitMs: BUSY_WAIT_MS,
    checkpointPages: CHECKPOINT_PAGES,
  });
  const { connection } = opened;
  const find = connection.prepare("SELECT 1 FROM used_states WHERE id = ?");
  const forget = connection.prepare("DELETE FROM used_states WHERE expires <= ?");
  // One statement, so that two processes cannot both be the first, nor both take the last place.
  const insert = connection.prepare(
    "INSERT OR IGNORE INTO used_states SELECT ?, ? WHERE (SELECT count(*) FROM used_states) < ?",
  );
  return {
    ...opened,
    use(id, expiresMs, nowMs) {
      forget.run(nowMs);
      if (Number(insert.run(id, expiresMs, most).changes) === 1) return "first";
      return find.get(id) === undefined ? "full" : "used";
    },
  };
}
