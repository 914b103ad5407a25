// A real browser without a window, for attacks that only a browser makes. It is looked for among what
// the system has installed; where there is none, its tests show as ignored.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** Whose command names a browser that is not among the usual ones. */
export const BROWSER_VARIABLE = "CAR_TEST_CHROMIUM";

const COMMANDS = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
] as const;

/** The command of a browser, or undefined where there is none. */
export const BROWSER: string | undefined = findBrowser();

/** Options of openPage. */
export interface OpenPageOptions {
  readonly command: string;
  readonly url: string;
  /** Where names lead, as `--host-resolver-rules` has it. */
  readonly names: string;
}

/** Opens a page; disposing of it ends the browser and removes what it kept. */
export function openPage({ command, url, names }: OpenPageOptions): AsyncDisposable {
  const profile = mkdtempSync(join(tmpdir(), "car-mcp-browser-"));
  const child = spawn(command, [
    "--headless",
    // In a container there is no sandbox to be had; the page is ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    // Without it a browser would end once the page is loaded.
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    `--host-resolver-rules=${names}`,
    url,
    // The command may be a script that starts the browser beside it: a group of their own ends both.
  ], { stdio: "ignore", detached: true });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  process.once("exit", kill);
  return {
    async [Symbol.asyncDispose]() {
      process.removeListener("exit", kill);
      kill();
      await ended;
      // Its children may still write for a moment.
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function findBrowser(): string | undefined {
  const named = process.env[BROWSER_VARIABLE];
  return [...(named === undefined ? [] : [named]), ...COMMANDS].find((command) => {
    try {
      execFileSync(command, ["--version"], { stdio: "ignore" });
      return true;
    } catch {
      // It is not installed under this name.
      return false;
    }
  });
}
