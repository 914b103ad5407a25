// A script for tests of the daemon lock: takes the lock at the path it is given, says so, and holds it
// until it is ended. A refusal is said and ends it with 5.

import process from "node:process";
import { CarError } from "../../src/base/errors.ts";
import { acquireDaemonLock } from "../../src/storage/daemon_lock.ts";

function hold(path: string): void {
  try {
    const lock = acquireDaemonLock(path);
    process.once("SIGTERM", () => {
      lock.release();
      process.exit(0);
    });
    process.stdout.write("held\n");
    setInterval(() => {}, 60_000);
  } catch (thrown) {
    if (!(thrown instanceof CarError)) throw thrown;
    process.stdout.write(`${thrown.code}\n`);
    process.exitCode = 5;
  }
}

if (import.meta.main) hold(process.argv[2] ?? "");
