// Ends the children of a server that was killed. Every child leads a process group of its own; a small
// shell process knows these groups and reads from a pipe that only the server holds. When the pipe ends,
// the server is gone, however it went, and the groups that are left are ended. A child that leaves
// its group on purpose escapes; no system without supervisors offers more.

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";

/** Knows the groups that must not outlive this process. */
export interface ChildGuard {
  watch(group: number): void;
  /** The group is over. */
  forget(group: number): void;
  /** Lets the guard go and waits for its end; safe to call twice. */
  close(): Promise<void>;
}

// Reads "+ GROUP" and "- GROUP"; at the end asks those that are left to end, then makes them.
const SCRIPT = `
trap '' INT TERM HUP QUIT
groups=
while read -r sign group; do
  if [ "$sign" = + ]; then groups="$groups $group"; continue; fi
  rest=
  for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
  groups=$rest
done
[ -n "$groups" ] || exit 0
for each in $groups; do kill -TERM "-$each" 2>/dev/null; done
sleep 2
for each in $groups; do kill -KILL "-$each" 2>/dev/null; done
exit 0
`;

/** Whether this system has process groups. */
export const HAS_GROUPS = process.platform !== "win32";

/** A guard whose process starts with the first group; `onFault` is told when it cannot. */
export function createChildGuard(onFault: (why: string) => void): ChildGuard {
  let guard: ChildProcess | undefined;
  let ended: Promise<void> | undefined;
  let isClosed = false;
  const tell = (line: string) => {
    if (!HAS_GROUPS || isClosed) return;
    if (guard === undefined) {
      const started = startGuard(onFault);
      guard = started;
      ended = new Promise((resolve) => {
        started.once("close", () => resolve());
        started.once("error", () => resolve());
      });
    }
    guard.stdin?.write(line);
  };
  return {
    watch: (group) => tell(`+ ${group}\n`),
    forget: (group) => tell(`- ${group}\n`),
    async close() {
      isClosed = true;
      guard?.stdin?.end();
      await ended;
    },
  };
}

function startGuard(onFault: (why: string) => void): ChildProcess {
  // A group of its own, too: an interrupt at the terminal is for the server alone.
  const guard = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
  });
  guard.on("error", (fault) => onFault(fault.message));
  guard.stdin?.on("error", () => onFault("The guard of child processes has ended"));
  return guard;
}
