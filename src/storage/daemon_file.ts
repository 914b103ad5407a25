// `daemon.json`: where the daemon of a home listens and who it is, for programs that look for it. It is
// information only; who holds the lock is the daemon, whatever stands here.

import { readFileSync, rmSync } from "node:fs";
import { CarError, messageOf } from "../base/errors.ts";
import { writeWholeFile } from "./whole_file.ts";

/** What a daemon says about itself. */
export interface DaemonInfo {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  /** When it was ready, RFC 3339. */
  readonly started: string;
  /** Who started it: a person's `serve`, or a bridge. */
  readonly startedBy: string;
  /** Random; a process that answers with it is this daemon. */
  readonly nonce: string;
}

/** Writes the file whole; throws CarError `home_unusable`. */
export function writeDaemonFile(path: string, info: DaemonInfo): void {
  try {
    writeWholeFile(path, `${JSON.stringify(info, null, 2)}\n`);
  } catch (thrown) {
    throw unusable("write", path, thrown);
  }
}

/** The URL that the file names, if it can be read; for messages only. */
export function readDaemonUrl(path: string): string | undefined {
  const found = readDaemonFile(path);
  return found.kind === "daemon" ? found.info.url : undefined;
}

/** What stands in the file. */
export type DaemonFile =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly complaint: string }
  | { readonly kind: "daemon"; readonly info: DaemonInfo };

/** Reads the file; throws nothing. */
export function readDaemonFile(path: string): DaemonFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    const { code } = thrown as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
    return { kind: "unreadable", complaint: `${path} cannot be read: ${messageOf(thrown)}` };
  }
  const info = infoIn(text);
  return info === undefined
    ? { kind: "unreadable", complaint: `${path} is not what a daemon writes` }
    : { kind: "daemon", info };
}

function infoIn(text: string): DaemonInfo | undefined {
  let value: Partial<Record<keyof DaemonInfo, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    // Cut or overwritten by something else; the caller says so.
    return undefined;
  }
  const { pid, url, version, started, startedBy, nonce } = value ?? {};
  const texts = [url, version, started, startedBy, nonce];
  const isDaemon = Number.isInteger(pid) && Number(pid) > 0 && URL.canParse(String(url)) &&
    texts.every((text) => typeof text === "string" && text !== "");
  // Each member was just looked at.
  return isDaemon ? { pid, url, version, started, startedBy, nonce } as DaemonInfo : undefined;
}

/** Removes the file; a missing one is fine. Throws CarError `home_unusable`. */
export function removeDaemonFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (thrown) {
    throw unusable("remove", path, thrown);
  }
}

function unusable(attempt: string, path: string, thrown: unknown): CarError {
  const message = `Cannot ${attempt} ${path}: ${messageOf(thrown)}`;
  return new CarError("home_unusable", message, { cause: thrown });
}
