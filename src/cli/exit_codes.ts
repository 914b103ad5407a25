// The exit codes of the program. Scripts depend on them; `tests/surface_test.ts` pins them.

import { CarError, type CarErrorCode } from "../base/errors.ts";

/** What a process ends with. */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  addressInUse: 3,
  homeUnusable: 4,
  daemonRunning: 5,
  database: 6,
  noDaemon: 7,
  denied: 8,
} as const;

const BY_CODE: ReadonlyMap<CarErrorCode, number> = new Map([
  ["config_invalid", EXIT.usage],
  ["invalid_argument", EXIT.usage],
  ["unsupported", EXIT.usage],
  ["address_in_use", EXIT.addressInUse],
  ["home_unusable", EXIT.homeUnusable],
  ["daemon_running", EXIT.daemonRunning],
  ["no_daemon", EXIT.noDaemon],
  ["denied", EXIT.denied],
  ["not_found", EXIT.usage],
  ["resource_not_found", EXIT.usage],
  ["storage_damaged", EXIT.database],
  ["storage_newer", EXIT.database],
]);

/** The exit code for whatever ended a command. */
export function exitCodeOf(thrown: unknown): number {
  return thrown instanceof CarError ? BY_CODE.get(thrown.code) ?? EXIT.fault : EXIT.fault;
}
