// What the system knows of a process: memory and time on a CPU. Linux tells in /proc; elsewhere both
// are absent and the report says so. The files are read by `cat`: Deno opens /proc only to a program
// that has every permission.

import { execFileSync } from "node:child_process";

const TICKS_PER_SECOND = 100; // the unit of /proc/PID/stat on every common Linux

/** Resident memory in bytes. */
export function residentBytes(pid: number): number | undefined {
  const kib = /^VmRSS:\s*(\d+) kB$/m.exec(readProc(pid, "status") ?? "")?.[1];
  return kib === undefined ? undefined : Number(kib) * 1_024;
}

/** Seconds that all threads of the process have spent on a CPU. */
export function cpuSeconds(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;
  // The name in parentheses may hold blanks; behind it user time is the 12th field, system the 13th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    const path = `/proc/${pid}/${file}`;
    return execFileSync("cat", [path], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}
