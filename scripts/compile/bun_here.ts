// Where Bun is: executables for every system are made with it, wherever npm is.

import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from "node:child_process";

const BUN_PACKAGE = "bun@1.4.4";

/** The path of the Bun in the PATH, else of the one that npm has. */
export function bunHere(): string {
  const print = ["-e", "process.stdout.write(process.execPath)"];
  const options: ExecFileSyncOptionsWithStringEncoding = {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  };
  try {
    return execFileSync("bun", print, options);
  } catch {
    return execFileSync("npx", ["-y", BUN_PACKAGE, ...print], options);
  }
}
