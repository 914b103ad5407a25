// One daemon to a home, whichever runtimes compete for it, and a lock that is free again however its
// holder ended.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { acquireDaemonLock } from "../../src/storage/daemon_lock.ts";
import { runProcess, startProcess } from "../helpers/process.ts";
import { type Runtime, testOnBoth } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

const HOLDER = fileURLToPath(new URL("../helpers/lock_holder.ts", import.meta.url));

function holder(runtime: Runtime, path: string) {
  return { runtime, script: HOLDER, args: [path] };
}

/** Takes the lock and gives it back: throws when somebody has it. */
function assertFree(path: string): void {
  acquireDaemonLock(path).release();
}

Deno.test("acquireDaemonLock() takes a free lock, in a file for its owner alone", () => {
  using home = tempHome();
  const path = join(home.path, "daemon.lock");
  const lock = acquireDaemonLock(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  lock.release();
});

Deno.test("acquireDaemonLock() refuses a held lock and takes it once it is given back", () => {
  using home = tempHome();
  const path = join(home.path, "daemon.lock");
  const lock = acquireDaemonLock(path);
  for (let attempt = 0; attempt < 3; attempt++) {
    assert.throws(() => acquireDaemonLock(path), { code: "daemon_running" });
  }
  lock.release();
  lock.release();
  assertFree(path);
});

Deno.test("acquireDaemonLock() refuses a path that cannot be a lock and leaves it alone", () => {
  using home = tempHome();
  const foreign = join(home.path, "foreign");
  const text = "not a lock ".repeat(100);
  writeFileSync(foreign, text);
  mkdirSync(join(home.path, "folder"));
  for (const name of ["foreign", "folder", "missing/daemon.lock"]) {
    const attempt = () => acquireDaemonLock(join(home.path, name));
    assert.throws(attempt, { code: "home_unusable", message: /^Cannot lock / });
  }
  assert.equal(readFileSync(foreign, "utf8"), text);
});

testOnBoth("a lock held by another process is refused until it lets go", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "daemon.lock");
  await using other = await startProcess(holder(runtime, path));
  assert.equal(other.firstLine, "held");
  assert.throws(() => acquireDaemonLock(path), { code: "daemon_running" });
  assert.equal((await other.stop("SIGTERM")).code, 0);
  assertFree(path);
});

testOnBoth("a lock is free after its holder was killed", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "daemon.lock");
  await using other = await startProcess(holder(runtime, path));
  assert.throws(() => acquireDaemonLock(path), { code: "daemon_running" });
  await other.stop("SIGKILL");
  assertFree(path);
});

testOnBoth("a process is refused the lock that this one holds", async (runtime) => {
  using home = tempHome();
  const path = join(home.path, "daemon.lock");
  const lock = acquireDaemonLock(path);
  const ended = await runProcess(holder(runtime, path));
  assert.deepEqual([ended.code, ended.stdout], [5, "daemon_running\n"], ended.stderr);
  lock.release();
});
