// `state.key`: the keys with which this installation seals what clients carry for it. Made by the first
// process that needs one, changed every thirty days, read by all of them. Nothing that lasts is sealed
// with them, so a damaged file is set aside as `state.key.damaged` and a new one begun: what is lost are
// the calls that were being asked something. A file that a newer program wrote is left alone.

import { randomBytes } from "node:crypto";
import { renameSync } from "node:fs";
import type { SealingKeys } from "../auth/sealer.ts";
import type { Clock } from "../base/clock.ts";
import { CarError } from "../base/errors.ts";
import { createTag } from "../base/ids.ts";
import { withFileLock } from "./_file_lock.ts";
import {
  hasStateKeyFile,
  readStateKeys,
  SECRET_BYTES,
  type StateKey,
  stateKeyFileFault,
  writeStateKeys,
} from "./_state_key_file.ts";

/** Options of `openStateKeys`. */
export interface StateKeysOptions {
  /** The file; its folder exists. Created with mode 0600. */
  readonly path: string;
  readonly clock: Clock;
  /** Is told of a damaged file, after a new one was begun in its place. */
  readonly onSetAside: (path: string) => void;
}

/** How long a key seals. */
export const KEY_SEALS_MS = 30 * 24 * 3_600_000;
/** How long after that it still opens what it sealed: longer than anything sealed is good for. */
export const KEY_OPENS_MS = 24 * 3_600_000;

/** Reads the keys, or makes the first one; throws CarError `home_unusable` or `storage_newer`. */
export function openStateKeys(options: StateKeysOptions): SealingKeys {
  const { path, clock } = options;
  let current = newestOf(options);
  return {
    current() {
      if (isDue(current, clock)) current = newestOf(options);
      return current;
    },
    find(id) {
      if (id === current.id && !isDue(current, clock)) return current;
      // Another process may have begun to seal with a key of its own.
      const key = readStateKeys(path)?.find((each) => each.id === id);
      return key === undefined || isGone(key, clock) ? undefined : key;
    },
  };
}

/** The key that seals now, made if there is none or the last one is due. */
function newestOf(options: StateKeysOptions): StateKey {
  const { path, clock } = options;
  const [found] = readStateKeys(path) ?? [];
  if (found !== undefined && !isDue(found, clock)) return found;
  try {
    // Somebody else may have done it while we waited for the lock.
    return withFileLock(`${path}.lock`, () => renewed(options));
  } catch (thrown) {
    throw thrown instanceof CarError ? thrown : stateKeyFileFault("write", path, thrown);
  }
}

function renewed({ path, clock, onSetAside }: StateKeysOptions): StateKey {
  const found = readStateKeys(path);
  if (found !== undefined && !isDue(found[0], clock)) return found[0];
  const aside = found === undefined && hasStateKeyFile(path) ? `${path}.damaged` : undefined;
  if (aside !== undefined) renameSync(path, aside);
  const made: StateKey = {
    id: createTag(),
    secret: randomBytes(SECRET_BYTES),
    createdMs: clock.now(),
  };
  const former = (found ?? []).filter((key) => !isGone(key, clock));
  writeStateKeys(path, [made, ...former]);
  if (aside !== undefined) onSetAside(aside);
  return made;
}

function isDue(key: StateKey, clock: Clock): boolean {
  return ageOf(key, clock) >= KEY_SEALS_MS;
}

function isGone(key: StateKey, clock: Clock): boolean {
  return ageOf(key, clock) >= KEY_SEALS_MS + KEY_OPENS_MS;
}

// A clock that was set back must not leave a key of the future in use for years.
function ageOf({ createdMs }: StateKey, clock: Clock): number {
  return Math.abs(clock.now() - createdMs);
}
